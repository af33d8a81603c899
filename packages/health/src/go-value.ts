/** The Go type into which JSON decodes a value, as error texts name it. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** The kind of that type: `slice` and `map` for containers. */
export function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  return typeof value === 'object' && value !== null ? 'map' : goType(value);
}

/** A value as Go prints it with `%v`. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (typeof value !== 'object') return String(value as string | number | boolean);
  const members = Object.entries(value).map(([key, member]) => `${key}:${goFormat(member)}`);
  return `map[${members.sort().join(' ')}]`;
}
