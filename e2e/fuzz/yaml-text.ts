import type { Random } from './random.ts';

/** YAML to be: a string is the text of a scalar, quotes and all; with a line break in it, a block scalar. */
export type Tree = string | number | boolean | readonly Tree[] | { readonly [key: string]: Tree | undefined };

/** Prints a tree in one of the layouts that people and tools write. */
export function printYaml(tree: Tree, random: Random): string {
  const layout: Layout = {
    random,
    step: random.pick([2, 2, 2, 4, 1]),
    listStep: random.pick([0, 0, 2]),
    flow: random.pick([0, 0, 0, 0.1, 0.5]),
    comments: random.pick([0, 0, 0.1]),
    quotedKeys: random.pick([0, 0, 0.1]),
  };
  const text = isScalar(tree) ? `${String(tree)}\n` : printBlock(tree, 0, layout);
  const lines = random.chance(0.02) ? text.replaceAll('\n', '\r\n') : text;
  return `${random.chance(0.1) ? '---\n' : ''}${random.chance(0.1) ? '# a comment\n' : ''}${lines}`;
}

interface Layout {
  readonly random: Random;
  readonly step: number;
  readonly listStep: number;
  /** Chances, from 0 to 1. */
  readonly flow: number;
  readonly comments: number;
  readonly quotedKeys: number;
}

/** The lines of a map or list, each with its indentation and line break. */
function printBlock(tree: Tree, indent: number, layout: Layout): string {
  const pad = ' '.repeat(indent);
  if (isList(tree)) {
    return tree.map((item) => `${pad}-${printValue(item, indent + 2, layout, true)}`).join('');
  }
  return fieldsOf(tree)
    .map(
      ([key, value]) =>
        `${comment(pad, layout)}${pad}${keyText(key, layout)}:${printValue(value, indent, layout, false)}`,
    )
    .join('');
}

/** What follows a `-` or `key:` up to its last line break. */
function printValue(tree: Tree, indent: number, layout: Layout, inList: boolean): string {
  if (isScalar(tree)) return ` ${printScalar(String(tree), indent + (inList ? 0 : layout.step))}\n`;
  if (isEmpty(tree)) return isList(tree) ? ' []\n' : ' {}\n';
  if (layout.random.chance(layout.flow)) {
    const flow = tryFlow(tree);
    if (flow !== undefined) return ` ${flow}\n`;
  }
  if (!inList) return `\n${printBlock(tree, indent + (isList(tree) ? layout.listStep : layout.step), layout)}`;
  const block = printBlock(tree, indent, { ...layout, comments: 0 });
  return ` ${block.slice(indent)}`;
}

function printScalar(text: string, indent: number): string {
  const [header = '', ...lines] = text.split('\n');
  return [header, ...lines.map((line) => (line === '' ? '' : ' '.repeat(Math.max(indent, 1)) + line))].join('\n');
}

/** `undefined` when a block scalar is in it. */
function tryFlow(tree: Tree): string | undefined {
  if (isScalar(tree)) {
    const text = String(tree);
    return text.includes('\n') || /^[>|]/.test(text) ? undefined : text;
  }
  if (isList(tree)) {
    const items = tree.map(tryFlow);
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  const fields = fieldsOf(tree).map(([key, value]) => [key, tryFlow(value)]);
  return fields.some(([, text]) => text === undefined)
    ? undefined
    : `{${fields.map(([key, text]) => `${key}: ${text}`).join(', ')}}`;
}

function keyText(key: string, { random, quotedKeys }: Layout): string {
  return /^[\w./-]+$/.test(key) && random.chance(quotedKeys) ? `"${key}"` : key;
}

function comment(pad: string, { random, comments }: Layout): string {
  return random.chance(comments) ? `${pad}# note\n` : '';
}

export function fieldsOf(tree: Tree): [string, Tree][] {
  if (typeof tree !== 'object') return [];
  return Object.entries(tree).filter((field): field is [string, Tree] => field[1] !== undefined);
}

export function isList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

export function isScalar(tree: Tree): tree is string | number | boolean {
  return typeof tree !== 'object';
}

function isEmpty(tree: Tree): boolean {
  return isList(tree) ? tree.length === 0 : fieldsOf(tree).length === 0;
}
