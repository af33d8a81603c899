import { compareText, isObject } from './json.ts';

/** A JSON value as Go prints it with `%v`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isObject(value)) return String(value as string | number | bigint | boolean);
  const entries = sortedEntries(value).map(([key, entry]) => `${key}:${goValue(entry)}`);
  return `map[${entries.join(' ')}]`;
}

/** A JSON value as Go prints it with `%#v`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return String(value as number | bigint | boolean);
  const entries = sortedEntries(value).map(([key, entry]) => `${JSON.stringify(key)}:${goSyntax(entry)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

/** The Go type that a JSON value is read into. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : 'string';
}

function sortedEntries(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => compareText(a, b));
}
