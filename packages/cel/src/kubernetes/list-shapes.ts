import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { compareValues, isEqual } from '../run/compare.ts';
import type { Value } from '../run/value.ts';

function slice([list, from, to]: readonly Value[]): Value {
  const [start, end] = [Number(from), Number(to)];
  const failed = (why: string) => evaluationError(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0 || end < 0) throw failed('negative indexes not supported');
  if (start > end) throw failed('start index must be less than or equal to end index');
  if (end > (list as Value[]).length) throw failed(`list is length ${(list as Value[]).length}`);
  return (list as Value[]).slice(start, end);
}

function flatten([list, depth = 1n]: readonly Value[]): Value {
  if (Number(depth) < 0) throw evaluationError('level must be non-negative');
  return flatTo(list as Value[], Number(depth));
}

function flatTo(list: readonly Value[], depth: number): Value[] {
  return list.flatMap((item) => (Array.isArray(item) && depth > 0 ? flatTo(item as Value[], depth - 1) : [item]));
}

const distinct: Implementation = ([list], { charge }) => {
  const kept: Value[] = [];
  for (const value of list as Value[]) {
    if (!kept.some((other) => isEqual(other, value, charge))) kept.push(value);
  }
  return kept;
};

const sort: Implementation = ([list], { charge }) => {
  const values = list as Value[];
  charge(values.length * Math.ceil(Math.log2(values.length + 1)));
  return values.toSorted((a, b) => {
    const order = compareValues(a, b);
    if (order === undefined) throw evaluationError('list elements must have the same type');
    return order;
  });
};

const range: Implementation = ([count], { charge }) => {
  charge(Math.max(Number(count), 0));
  return Array.from({ length: Math.max(Number(count), 0) }, (_, index) => BigInt(index));
};

const sortedTypes = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'timestamp', 'duration'];

/** The extension *lists*, but `sortBy`. */
export const listShapes: readonly FunctionDecl[] = [
  declare('slice', { 'list(A).(int, int) list(A)': slice }),
  declare('flatten', { 'list(list(A)).() list(A)': flatten, 'list(dyn).(int) list(dyn)': flatten }),
  declare('distinct', { 'list(A).() list(A)': distinct }),
  declare('reverse', { 'list(A).() list(A)': ([list]) => (list as Value[]).toReversed() }),
  declare('sort', Object.fromEntries(sortedTypes.map((type) => [`list(${type}).() list(${type})`, sort]))),
  declare('lists.range', { '(int) list(int)': range }),
];
