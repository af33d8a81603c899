import { formatDouble } from './number.ts';
import { formatDuration, formatTimestamp } from './time.ts';
import { Duration, MapValue, Opaque, Optional, Timestamp, TypeValue, Uint, type Value } from './value.ts';

/** A value as `%s` and messages print it: `[1, a]`, `{k: 1.5}`, `90s`. */
export function valueText(value: Value): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatDouble(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof MapValue) return mapText(value);
  if (value instanceof Optional)
    return value.value === undefined ? 'optional.none()' : `optional(${valueText(value.value)})`;
  return value instanceof Opaque ? value.typeName : `[${value.map(valueText).join(', ')}]`;
}

function mapText(map: MapValue): string {
  const entries = Array.from(map.keys(), (key) => `${valueText(key)}: ${valueText(map.get(key)!)}`);
  return `{${entries.toSorted().join(', ')}}`;
}
