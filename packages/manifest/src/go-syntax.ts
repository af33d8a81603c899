import type { Data } from './data.ts';

/** Data as Go's `%#v` prints it, for messages that quote it. `keyType` is the type of map keys in the reader meant. */
export function goSyntax(data: Data, keyType: 'string' | 'interface {}'): string {
  if (data === null) return 'interface {}(nil)';
  if (typeof data === 'string') return JSON.stringify(data);
  if (typeof data !== 'object') return String(data);
  if (Array.isArray(data)) return `[]interface {}{${data.map((item) => goSyntax(item, keyType)).join(', ')}}`;
  const entries = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}:${goSyntax(value, keyType)}`);
  return `map[${keyType}]interface {}{${entries.toSorted().join(', ')}}`;
}
