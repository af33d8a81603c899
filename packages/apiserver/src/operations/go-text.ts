import { isRecord } from '../json.ts';

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item: unknown) => goText(item)).join(' ')}]`;
  if (!isRecord(value)) return String(value as string | number | boolean | bigint);
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
}
