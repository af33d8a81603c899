import { parseInt64, toFloat64, toInt64 } from './convert.ts';
import {
  addDecimals,
  divideDecimals,
  fromDecimal,
  multiplyDecimals,
  subtractDecimals,
  toDecimal,
  type Decimal,
} from './decimal.ts';
import { define, defineRest, unsupported } from './define.ts';
import { FunctionError } from './error.ts';
import { toText } from './printf.ts';
import { Float, Int, deepEqual, isEmpty, kindOf, typeOf, type Func, type Value } from './value.ts';

const int64 = (value: bigint): Int => new Int(value, 'int64');
const max = defineRest(['any'], 'any', ([first], more) => int64(best([first, ...more].map(toInt64), (a, b) => a > b)));
const maxf = (isBetter: (a: number, b: number) => boolean): Func =>
  defineRest(['any'], 'any', ([first], more) => new Float(best([first, ...more].map(toFloat64), isBetter)));

export const numberFunctions: Readonly<Record<string, Func>> = {
  int: define(['any'], ([value]) => new Int(toInt64(value))),
  int64: define(['any'], ([value]) => int64(toInt64(value))),
  float64: define(['any'], ([value]) => new Float(toFloat64(value))),
  toDecimal: define(['any'], ([value]) => int64(parseInt64(toText(value), 8))),
  add: defineRest([], 'any', (_, args) => int64(args.reduce((sum: bigint, arg) => sum + toInt64(arg), 0n))),
  add1: define(['any'], ([value]) => int64(toInt64(value) + 1n)),
  sub: define(['any', 'any'], ([a, b]) => int64(toInt64(a) - toInt64(b))),
  mul: defineRest(['any'], 'any', ([first], more) =>
    int64(more.reduce((product: bigint, arg) => BigInt.asIntN(64, product * toInt64(arg)), toInt64(first))),
  ),
  div: define(['any', 'any'], ([a, b]) => int64(toInt64(a) / nonZero(toInt64(b)))),
  mod: define(['any', 'any'], ([a, b]) => int64(toInt64(a) % nonZero(toInt64(b)))),
  max,
  biggest: max,
  min: defineRest(['any'], 'any', ([first], more) => int64(best([first, ...more].map(toInt64), (a, b) => a < b))),
  maxf: maxf((a, b) => a > b),
  minf: maxf((a, b) => a < b),
  addf: defineRest([], 'any', (_, args) => calculate(0, args, addDecimals)),
  add1f: define(['any'], ([value]) => calculate(1, [value], addDecimals)),
  subf: defineRest(['any'], 'any', ([first], more) => calculate(toFloat64(first), more, subtractDecimals)),
  mulf: defineRest(['any'], 'any', ([first], more) => calculate(toFloat64(first), more, multiplyDecimals)),
  divf: defineRest(['any'], 'any', ([first], more) => calculate(toFloat64(first), more, divide)),
  ceil: define(['any'], ([value]) => new Float(Math.ceil(toFloat64(value)))),
  floor: define(['any'], ([value]) => new Float(Math.floor(toFloat64(value)))),
  round: defineRest(
    ['any', 'int'],
    'float64',
    ([value, places], [on = 0.5]) => new Float(round(toFloat64(value), places, on)),
  ),
  randInt: unsupported('randInt'),
  default: defineRest(['any'], 'any', ([otherwise], given) =>
    given[0] === undefined || isEmpty(given[0]) ? otherwise : given[0],
  ),
  empty: define(['any'], ([value]) => isEmpty(value)),
  coalesce: defineRest([], 'any', (_, values) => values.find((value) => !isEmpty(value)) ?? null),
  all: defineRest([], 'any', (_, values) => values.every((value) => !isEmpty(value))),
  any: defineRest([], 'any', (_, values) => values.some((value) => !isEmpty(value))),
  ternary: define(['any', 'any', 'bool'], ([yes, no, condition]) => (condition ? yes : no)),
  fail: define(['string'], ([message]) => {
    throw new FunctionError(message);
  }),
  typeOf: define(['any'], ([value]) => typeOf(value)),
  typeIs: define(['string', 'any'], ([type, value]) => typeOf(value) === type),
  typeIsLike: define(['string', 'any'], ([type, value]) => [type, `*${type}`].includes(typeOf(value))),
  kindOf: define(['any'], ([value]) => kindOf(value)),
  kindIs: define(['string', 'any'], ([kind, value]) => kindOf(value) === kind),
  deepEqual: define(['any', 'any'], ([a, b]) => deepEqual(a, b)),
};

function best<T>(values: readonly T[], isBetter: (a: T, b: T) => boolean): T {
  return values.reduce((found, value) => (isBetter(value, found) ? value : found));
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return value;
}

function divide(a: Decimal, b: Decimal): Decimal {
  const quotient = divideDecimals(a, b);
  if (quotient === undefined) throw new FunctionError('decimal division by 0');
  return quotient;
}

function calculate(start: number, args: readonly Value[], act: (a: Decimal, b: Decimal) => Decimal): Float {
  const result = args.reduce((sum: Decimal, arg) => act(sum, toDecimal(toFloat64(arg))), toDecimal(start));
  return new Float(fromDecimal(result));
}

function round(value: number, places: number, on: number): number {
  const power = 10 ** places;
  const digit = power * value;
  const fraction = digit - Math.trunc(digit);
  return (fraction >= on ? Math.ceil(digit) : Math.floor(digit)) / power;
}
