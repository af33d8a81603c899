import { declare, type CallContext, type FunctionDecl, type Implementation } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { compareValues, isEqual } from '../run/compare.ts';
import { checkInt, checkUint } from '../run/number.ts';
import { checkTimestamp } from '../run/time.ts';
import { mergeKeyed } from '../run/keyed-list.ts';
import { Duration, KeyedList, Timestamp, type MapValue, type Uint, type Value } from '../run/value.ts';

type Arithmetic = (a: bigint, b: bigint) => bigint;

/** The overloads that ints and uints share. */
function integers(run: Arithmetic): Record<string, Implementation> {
  return {
    '(int, int) int': ([a, b]) => checkInt(run(a as bigint, b as bigint)),
    '(uint, uint) uint': ([a, b]) => checkUint(run((a as Uint).value, (b as Uint).value)),
  };
}

function doubles(run: (a: number, b: number) => number): Record<string, Implementation> {
  return { '(double, double) double': ([a, b]) => run(a as number, b as number) };
}

function divisor(value: bigint, message: string): bigint {
  if (value === 0n) throw evaluationError(message);
  return value;
}

const nanosOf = (value: Value | undefined): bigint => (value as Timestamp | Duration).nanos;

function duration(nanos: bigint): Duration {
  if (BigInt.asIntN(64, nanos) !== nanos) throw evaluationError('duration overflow');
  return new Duration(nanos);
}

const timestamp = (nanos: bigint): Timestamp => checkTimestamp(new Timestamp(nanos));

const addTimes: Record<string, Implementation> = {
  '(timestamp, duration) timestamp': ([a, b]) => timestamp(nanosOf(a) + nanosOf(b)),
  '(duration, timestamp) timestamp': ([a, b]) => timestamp(nanosOf(a) + nanosOf(b)),
  '(duration, duration) duration': ([a, b]) => duration(nanosOf(a) + nanosOf(b)),
};

const subtractTimes: Record<string, Implementation> = {
  '(timestamp, timestamp) duration': ([a, b]) => duration(nanosOf(a) - nanosOf(b)),
  '(timestamp, duration) timestamp': ([a, b]) => timestamp(nanosOf(a) - nanosOf(b)),
  '(duration, duration) duration': ([a, b]) => duration(nanosOf(a) - nanosOf(b)),
};

function joinText([a, b]: readonly Value[], { charge }: CallContext): Value {
  charge(((a as string).length + (b as string).length) / 10);
  return `${a as string}${b as string}`;
}

function joinBytes([a, b]: readonly Value[], { charge }: CallContext): Value {
  charge(((a as Uint8Array).length + (b as Uint8Array).length) / 10);
  return Uint8Array.from([...(a as Uint8Array), ...(b as Uint8Array)]);
}

function joinLists([a, b]: readonly Value[], { charge }: CallContext): Value {
  charge((a as Value[]).length + (b as Value[]).length);
  if (a instanceof KeyedList) return mergeKeyed(a, b as Value[], charge);
  return [...(a as Value[]), ...(b as Value[])];
}

const ordered = ['bool', 'string', 'bytes', 'timestamp', 'duration'];
const numbers = ['int', 'uint', 'double'];

/** Numbers of all types compare with one another. */
function comparison(name: string, holds: (order: number) => boolean): FunctionDecl {
  const run: Implementation = ([a, b]) => holds(compareValues(a!, b!) ?? Number.NaN);
  const pairs = [...ordered.map((type) => [type, type]), ...numbers.flatMap((a) => numbers.map((b) => [a, b]))];
  return declare(name, Object.fromEntries(pairs.map(([a, b]) => [`(${a}, ${b}) bool`, run])), 'operator');
}

function includes([item, list]: readonly Value[], { charge }: CallContext): boolean {
  return (list as Value[]).some((other) => isEqual(item!, other, charge));
}

/** Never called: the plan has steps of its own for what is not simply a call. */
const byPlan: Implementation = () => {
  throw new Error('this operator is not called as a function');
};

/** Operators of which only the types are declared. */
const planned: readonly FunctionDecl[] = [
  declare('_?_:_', { '(bool, A, A) A': byPlan }),
  declare('_[_]', {
    '(list(A), int) A': byPlan,
    '(map(A, B), A) B': byPlan,
    '(optional(list(A)), int) optional(A)': byPlan,
    '(optional(map(A, B)), A) optional(B)': byPlan,
  }),
  declare('_[?_]', {
    '(list(A), int) optional(A)': byPlan,
    '(map(A, B), A) optional(B)': byPlan,
    '(optional(list(A)), int) optional(A)': byPlan,
    '(optional(map(A, B)), A) optional(B)': byPlan,
  }),
];

/** The operators, but `&&` and `||`, whose operands are checked one by one. */
export const operators: readonly FunctionDecl[] = [
  ...planned,
  declare('_==_', { '(A, A) bool': ([a, b], { charge }) => isEqual(a!, b!, charge) }),
  declare('_!=_', { '(A, A) bool': ([a, b], { charge }) => !isEqual(a!, b!, charge) }),
  declare(
    '_+_',
    {
      ...integers((a, b) => a + b),
      ...doubles((a, b) => a + b),
      ...addTimes,
      '(string, string) string': joinText,
      '(bytes, bytes) bytes': joinBytes,
      '(list(A), list(A)) list(A)': joinLists,
    },
    'operator',
  ),
  declare('_-_', { ...integers((a, b) => a - b), ...doubles((a, b) => a - b), ...subtractTimes }, 'operator'),
  declare('_*_', { ...integers((a, b) => a * b), ...doubles((a, b) => a * b) }, 'operator'),
  declare(
    '_/_',
    { ...integers((a, b) => a / divisor(b, 'division by zero')), ...doubles((a, b) => a / b) },
    'operator',
  ),
  declare(
    '_%_',
    integers((a, b) => a % divisor(b, 'modulus by zero')),
    'operator',
  ),
  declare(
    '-_',
    { '(int) int': ([a]) => checkInt(-(a as bigint)), '(double) double': ([a]) => -(a as number) },
    'operator',
  ),
  declare('!_', { '(bool) bool': ([a]) => a === false }, 'plain'),
  comparison('_<_', (order) => order < 0),
  comparison('_<=_', (order) => order <= 0),
  comparison('_>_', (order) => order > 0),
  comparison('_>=_', (order) => order >= 0),
  declare(
    '@in',
    { '(A, list(A)) bool': includes, '(A, map(A, B)) bool': ([key, map]) => (map as MapValue).get(key!) !== undefined },
    'plain',
  ),
];
