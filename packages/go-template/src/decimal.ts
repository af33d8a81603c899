import { formatFloat } from './float.ts';

/** A decimal number: `digits` times 10 to the power of `-scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

export function toDecimal(value: number): Decimal {
  if (!Number.isFinite(value)) return { digits: 0n, scale: 0 };
  const [whole = '0', fraction = ''] = formatFloat(value, 'f', -1).split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

export function fromDecimal({ digits, scale }: Decimal): number {
  return Number(`${digits}e${-scale}`);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: raise(a, scale) + raise(b, scale), scale };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { digits: -b.digits, scale: b.scale });
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** To 16 digits behind the point, rounded half away from zero; `undefined` when `b` is 0. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.digits === 0n) return undefined;
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [raise(a, scale) * 10n ** 16n, raise(b, scale)];
  const [size, by] = [left < 0n ? -left : left, right < 0n ? -right : right];
  const quotient = (2n * size + by) / (2n * by);
  return { digits: left < 0n === right < 0n ? quotient : -quotient, scale: 16 };
}

function raise({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}
