import { isEqual } from './compare.ts';
import { KeyedList, MapValue, type Value } from './value.ts';

/** `a + b` of a list whose order does not count: what `b` has under the same key replaces, the rest is added. */
export function mergeKeyed(a: KeyedList, b: readonly Value[], charge: (cost: number) => void): KeyedList {
  const merged: Value[] = [...a];
  for (const item of b) {
    const same = merged.findIndex((other) => sameKey(a.keyFields, other, item, charge));
    if (same < 0) merged.push(item);
    else merged[same] = item;
  }
  return KeyedList.make(merged, a.keyFields);
}

function sameKey(fields: readonly string[], a: Value, b: Value, charge: (cost: number) => void): boolean {
  if (fields.length === 0 || !(a instanceof MapValue) || !(b instanceof MapValue)) return isEqual(a, b, charge);
  return fields.every((field) => isEqual(a.get(field) ?? null, b.get(field) ?? null, charge));
}
