import { evaluationError } from '../error.ts';
import { Uint } from './value.ts';

const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);
const maxUint = 2n ** 64n - 1n;

/** @throws CelError when it does not fit in 64 bits */
export function checkInt(value: bigint): bigint {
  if (value > maxInt || value < minInt) throw evaluationError('integer overflow');
  return value;
}

/** @throws CelError when it does not fit in 64 bits */
export function checkUint(value: bigint): Uint {
  if (value > maxUint || value < 0n) throw evaluationError('unsigned integer overflow');
  return new Uint(value);
}

/** A double as Go prints it in its shortest form: `1.5`, `1e+21`, `1.23456789e+08`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return expand(mantissa, exponent);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function expand(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
