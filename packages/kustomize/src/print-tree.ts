import { resolveTag, stringify, type Node } from '@sluice/manifest';

/**
 * A tree as YAML text that keeps key order, comments and the style of scalars, as go-yaml prints nodes: two spaces,
 * lists not indented. Used for YAML that lives inside a string, where the reader of the string sees what changed.
 */
export function printTree(root: Node): string {
  return block(root, '');
}

function block(node: Node, margin: string): string {
  const text = isCollection(node) ? anchorLine(node, margin) + bodyOf(node, margin) : bodyOf(node, margin);
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** The anchor of a block collection stands on a line of its own. */
function anchorLine({ anchor }: Node, margin: string): string {
  return anchor === undefined ? '' : `&${anchor}\n${margin}`;
}

function anchored({ anchor }: Node, text: string): string {
  return anchor === undefined ? text : `&${anchor} ${text}`.trimEnd();
}

function bodyOf(node: Node, margin: string): string {
  if (node.kind === 'scalar') return anchored(node, scalarText(node, margin));
  if (node.kind === 'alias') return `*${node.name}`;
  if (node.flow || node.items.length === 0) return flowText(node);
  return node.kind === 'mapping' ? mapLines(node.items, margin) : listLines(node.items, margin);
}

function mapLines(items: readonly Node[], margin: string): string {
  let out = '';
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    const value = items[i + 1];
    if (key === undefined || value === undefined) continue;
    out += headComment(key, margin) + (i === 0 ? '' : margin) + scalarOrFlow(key) + ':' + valueText(value, margin, key);
  }
  return out;
}

function listLines(items: readonly Node[], margin: string): string {
  return items
    .map((item, i) => `${headComment(item, margin)}${i === 0 ? '' : margin}- ${block(item, `${margin}  `)}`)
    .join('');
}

function valueText(value: Node, margin: string, key: Node): string {
  const comment = value.comments?.line || key.comments?.line;
  const tail = comment === undefined || comment === '' ? '' : ` ${comment}`;
  if (isCollection(value)) {
    const inner = value.kind === 'sequence' ? margin : `${margin}  `;
    const anchor = value.anchor === undefined ? '' : ` &${value.anchor}`;
    return `${anchor}${tail}\n${inner}${bodyOf(value, inner)}`;
  }
  const text = bodyOf(value, `${margin}`);
  if (text === '') return `${tail}\n`;
  return text.includes('\n') ? ` ${text}` : ` ${text}${tail}\n`;
}

function isCollection(node: Node): boolean {
  return (node.kind === 'mapping' || node.kind === 'sequence') && !node.flow && node.items.length > 0;
}

function headComment(node: Node, margin: string): string {
  const head = node.comments?.head;
  return head === undefined || head === '' ? '' : `${head.split('\n').join(`\n${margin}`)}\n${margin}`;
}

function scalarOrFlow(node: Node): string {
  return node.kind === 'scalar' ? anchored(node, scalarText(node, '')) : flowText(node);
}

function flowText(node: Node): string {
  if (node.kind === 'alias') return `*${node.name}`;
  return anchored(node, node.kind === 'scalar' ? scalarText(node, '') : flowCollection(node));
}

function flowCollection(node: Exclude<Node, { kind: 'scalar' | 'alias' }>): string {
  if (node.kind === 'sequence') return `[${node.items.map(flowText).join(', ')}]`;
  const pairs: string[] = [];
  for (let i = 0; i < node.items.length; i += 2) {
    const [key, value] = [node.items[i], node.items[i + 1]];
    if (key !== undefined && value !== undefined) pairs.push(`${flowText(key)}: ${flowText(value)}`);
  }
  return `{${pairs.join(', ')}}`;
}

/** A tag that was written is written again. */
function scalarText(node: Extract<Node, { kind: 'scalar' }>, margin: string): string {
  return node.tagged ? `${node.tag} ${valueOnly(node, margin)}`.trimEnd() : valueOnly(node, margin);
}

function valueOnly(node: Extract<Node, { kind: 'scalar' }>, margin: string): string {
  const { value, style } = node;
  if (value === '' && style === 'plain' && node.tag !== '!!str') return '';
  if (style === 'folded' && isFoldable(value)) return folded(value, margin);
  if (style === 'single' && !value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
  if (style === 'double') return JSON.stringify(value);
  if (value.includes('\n')) return literal(value, margin);
  if (node.tagged || node.tag !== '!!str' || resolveTag(value) === '!!str') return plainOrQuoted(value);
  return JSON.stringify(value);
}

/** Quoted only where the syntax needs it: `on` is an ordinary word here. */
function plainOrQuoted(value: string): string {
  const text = stringify(`${value} x`).trimEnd();
  return text.startsWith('"') || text.startsWith("'") ? stringify(value).trimEnd() : value;
}

/** Longer lines would be broken, and indented ones keep their breaks: those are printed as literals. */
function isFoldable(value: string): boolean {
  return value !== '' && value.split('\n').every((line) => line.length < 70 && !line.startsWith(' '));
}

function folded(value: string, margin: string): string {
  const lines = value.replace(/\n$/, '').split('\n');
  const chomp = value.endsWith('\n') ? '' : '-';
  return `>${chomp}\n${lines.map((line) => `${margin}  ${line}`).join('\n\n')}\n`;
}

function literal(value: string, margin: string): string {
  const lines = value.replace(/\n$/, '').split('\n');
  const chomp = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : `${margin}  ${line}`)).join('\n')}\n`;
}
