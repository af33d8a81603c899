import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { compareValues, isEqual } from '../run/compare.ts';
import { checkInt, checkUint } from '../run/number.ts';
import { Duration, typeNameOf, type Uint, type Value } from '../run/value.ts';

const orderedTypes = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'timestamp', 'duration'];

/** A method of lists of each type that has an order. */
function ofOrdered(name: string, result: (type: string) => string, run: Implementation): FunctionDecl {
  return declare(name, Object.fromEntries(orderedTypes.map((type) => [`list(${type}).() ${result(type)}`, run])));
}

function order(a: Value, b: Value): number {
  const found = compareValues(a, b);
  if (found === undefined) throw evaluationError('no such overload');
  return found;
}

function extreme(name: 'min' | 'max', isBetter: (order: number) => boolean): FunctionDecl {
  return ofOrdered(
    name,
    (type) => type,
    ([list], { charge }) => {
      const values = list as Value[];
      charge(values.length);
      if (values.length === 0) throw evaluationError(`${name} called on empty list`);
      return values.reduce((best, value) => (isBetter(order(value, best)) ? value : best));
    },
  );
}

/** A method that adds up values of one type, which `read` turns into numbers. */
function adder<T>(
  read: (value: Value) => T,
  add: (a: T, b: T) => T,
  write: (sum: T) => Value,
  zero: T,
): Implementation {
  return ([list], { charge }) => {
    const values = list as Value[];
    charge(values.length);
    const type = values[0] === undefined ? '' : typeNameOf(values[0]);
    if (values.some((value) => typeNameOf(value) !== type)) throw evaluationError('no such overload');
    return write(values.map(read).reduce(add, zero));
  };
}

const bigSum = (a: bigint, b: bigint): bigint => a + b;

function indexOf([list, item]: readonly Value[], { charge }: Parameters<Implementation>[1]): Value {
  return BigInt((list as Value[]).findIndex((value) => isEqual(value, item!, charge)));
}

function lastIndexOf([list, item]: readonly Value[], { charge }: Parameters<Implementation>[1]): Value {
  return BigInt((list as Value[]).findLastIndex((value) => isEqual(value, item!, charge)));
}

/** Kubernetes' functions of lists. */
export const lists: readonly FunctionDecl[] = [
  ofOrdered(
    'isSorted',
    () => 'bool',
    ([list], { charge }) => {
      charge((list as Value[]).length);
      return (list as Value[]).every((value, index, all) => index === 0 || order(all[index - 1]!, value) <= 0);
    },
  ),
  extreme('min', (found) => found < 0),
  extreme('max', (found) => found > 0),
  declare('sum', {
    'list(int).() int': adder((value) => value as bigint, bigSum, checkInt, 0n),
    'list(uint).() uint': adder((value) => (value as Uint).value, bigSum, checkUint, 0n),
    'list(double).() double': adder(
      Number,
      (a, b) => a + b,
      (sum) => sum,
      0,
    ),
    'list(duration).() duration': adder(
      (value) => (value as Duration).nanos,
      bigSum,
      (sum) => new Duration(sum),
      0n,
    ),
  }),
  declare('indexOf', { 'list(A).(A) int': indexOf }),
  declare('lastIndexOf', { 'list(A).(A) int': lastIndexOf }),
];
