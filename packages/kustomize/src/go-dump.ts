import { toBuildData } from '@sluice/manifest';
import { quoted, compareBytes } from './go-text.ts';
import { textOf, type Node, type ScalarNode } from './tree.ts';

/** A tree as Go's `%#v` prints the map that it decodes to: upstream quotes it when an object cannot become JSON. */
export function goDump(node: Node): string {
  if (node.kind === 'alias') return goDump(node.target);
  if (node.kind === 'scalar') return scalarDump(node);
  if (node.kind === 'sequence') return `[]interface {}{${node.items.map(goDump).join(', ')}}`;
  const entries: { key: Node; value: Node }[] = [];
  for (let i = 0; i + 1 < node.items.length; i += 2) {
    const [key, value] = [node.items[i], node.items[i + 1]];
    if (key !== undefined && value !== undefined) entries.push({ key, value });
  }
  const keyType = entries.every(({ key }) => isStringKey(key)) ? 'string' : 'interface {}';
  const sorted = entries.sort(
    (a, b) => Number(isStringKey(b.key)) - Number(isStringKey(a.key)) || compareBytes(textOf(a.key), textOf(b.key)),
  );
  return `map[${keyType}]interface {}{${sorted.map(({ key, value }) => `${goDump(key)}:${goDump(value)}`).join(', ')}}`;
}

function isStringKey(key: Node): boolean {
  return key.kind === 'scalar' && typeof tryData(key) === 'string';
}

function scalarDump(node: ScalarNode): string {
  const data = tryData(node);
  if (data === undefined) return /nan/i.test(node.value) ? 'NaN' : `${node.value.startsWith('-') ? '-' : '+'}Inf`;
  if (data === null) return 'interface {}(nil)';
  return typeof data === 'string' ? quoted(data) : String(data);
}

/** @returns `undefined` for the numbers that JSON does not have */
function tryData(node: ScalarNode): string | number | bigint | boolean | null | undefined {
  try {
    const data = toBuildData(node);
    return typeof data === 'object' ? null : data;
  } catch {
    return undefined; // infinities and NaN are all that a scalar can fail with here
  }
}
