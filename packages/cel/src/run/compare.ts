import { Duration, KeyedList, MapValue, Opaque, Optional, Timestamp, TypeValue, Uint, type Value } from './value.ts';

type Charge = (cost: number) => void;

/**
 * Equality by value: numbers of different types are equal when they are the same number, other types never mix.
 * @param charge is told of the work that grows with the values
 */
export function isEqual(a: Value, b: Value, charge: Charge): boolean {
  charge(typeof a === 'string' ? a.length / 10 : 1);
  if (a === b) return true;
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return compareNumbers(left, right) === 0;
  if (Array.isArray(a)) return Array.isArray(b) && listsEqual(a as Value[], b as Value[], charge);
  if (a instanceof MapValue) return b instanceof MapValue && mapsEqual(a, b, charge);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && optionalsEqual(a.value, b.value, charge);
  return a instanceof Opaque && b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
}

function listsEqual(a: readonly Value[], b: readonly Value[], charge: Charge): boolean {
  if (a.length !== b.length) return false;
  if (a instanceof KeyedList) return a.every((item) => b.some((other) => isEqual(item, other, charge)));
  return a.every((item, index) => isEqual(item, b[index]!, charge));
}

function mapsEqual(a: MapValue, b: MapValue, charge: Charge): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const other = b.get(key);
    if (other === undefined || !isEqual(a.get(key)!, other, charge)) return false;
  }
  return true;
}

function optionalsEqual(a: Value | undefined, b: Value | undefined, charge: Charge): boolean {
  return a === undefined || b === undefined ? a === b : isEqual(a, b, charge);
}

/** A number of any type as one that JavaScript compares rightly with the others. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** @returns below 0, 0 or above; `undefined` when either is not a number or of types that have no order */
export function compareValues(a: Value, b: Value): number | undefined {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareNumbers(a.nanos, b.nanos);
  return a instanceof Duration && b instanceof Duration ? compareNumbers(a.nanos, b.nanos) : undefined;
}

function compareNumbers(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // A `NaN` is neither below nor above.
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
}

/** By code points, as Go's bytes order, which UTF-16 units do not. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  const differs = left.findIndex((char, index) => char !== right[index]);
  if (differs < 0) return -1;
  return (left[differs]!.codePointAt(0) ?? 0) - (right[differs]?.codePointAt(0) ?? -1);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const differs = a.findIndex((byte, index) => byte !== b[index]);
  return differs < 0 ? a.length - b.length : a[differs]! - (b[differs] ?? -1);
}
