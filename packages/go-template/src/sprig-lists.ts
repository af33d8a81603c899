import { kindName, toInt64, toStr, toStrs } from './convert.ts';
import { define, defineRest } from './define.ts';
import { FunctionError } from './error.ts';
import { List, compareBytes, deepEqual, int, isEmpty, strings, type Func, type Run, type Value } from './value.ts';

const first = define(['any'], ([list]) => itemsOf(list, 'Cannot find first on type')[0] ?? null);
const last = define(['any'], ([list]) => itemsOf(list, 'Cannot find last on type').at(-1) ?? null);
const rest = define(['any'], ([list]) => new List(itemsOf(list, 'Cannot find rest on type').slice(1)));
const initial = define(['any'], ([list]) => new List(itemsOf(list, 'Cannot find initial on type').slice(0, -1)));
const append = define(['any', 'any'], ([list, value]) => new List([...itemsOf(list, 'Cannot push on type'), value]));
const prepend = define(
  ['any', 'any'],
  ([list, value]) => new List([value, ...itemsOf(list, 'Cannot prepend on type')]),
);
const reverse = define(['any'], ([list]) => new List(itemsOf(list, 'Cannot find reverse on type').toReversed()));
const compact = define(
  ['any'],
  ([list]) => new List(itemsOf(list, 'Cannot find compact on type').filter((item) => !isEmpty(item))),
);
const uniq = define(['any'], ([list], run) => new List(distinct(itemsOf(list, 'Cannot find uniq on type'), run)));
const without = defineRest(
  ['any'],
  'any',
  ([list], left) =>
    new List(
      itemsOf(list, 'Cannot find without on type').filter((item) => !left.some((other) => deepEqual(item, other))),
    ),
);
const has = define(['any', 'any'], ([value, list]) =>
  list === null ? false : itemsOf(list, 'Cannot find has on type').some((item) => deepEqual(item, value)),
);
const slice = defineRest(['any'], 'any', ([list], bounds) => sliceList(list, bounds));
const chunk = define(['int', 'any'], ([size, list]) => chunkList(size, itemsOf(list, 'Cannot chunk type')));

const list = defineRest([], 'any', (_, items) => new List(items));
const untilStep = define(['int', 'int', 'int'], ([start, stop, step], run) => intList(steps(start, stop, step, run)));

export const listFunctions: Readonly<Record<string, Func>> = {
  list,
  tuple: list,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  append,
  mustAppend: append,
  push: append,
  mustPush: append,
  prepend,
  mustPrepend: prepend,
  reverse,
  mustReverse: reverse,
  compact,
  mustCompact: compact,
  uniq,
  mustUniq: uniq,
  without,
  mustWithout: without,
  has,
  mustHas: has,
  slice,
  mustSlice: slice,
  chunk,
  mustChunk: chunk,
  concat: defineRest([], 'any', (_, lists) => new List(lists.flatMap(concatItems))),
  join: define(['string', 'any'], ([separator, value]) => toStrs(value).join(separator)),
  sortAlpha: define(['any'], ([value]) =>
    strings(value instanceof List ? toStrs(value).sort(compareBytes) : [toStr(value)]),
  ),
  toStrings: define(['any'], ([value]) => strings(toStrs(value))),
  until: define(['int'], ([count], run) => intList(steps(0, count, count < 0 ? -1 : 1, run))),
  untilStep,
  seq: defineRest([], 'int', (_, bounds, run) => sequence(bounds, run).join(' ')),
};

function itemsOf(value: Value, problem: string): readonly Value[] {
  if (value instanceof List) return value.items;
  if (value === null) throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
  throw new FunctionError(`${problem} ${kindName(value)}`);
}

function concatItems(value: Value): readonly Value[] {
  if (value instanceof List) return value.items;
  if (value === null) throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
  throw new FunctionError(`Cannot concat type ${kindName(value)} as list`);
}

function distinct(items: readonly Value[], run: Run): Value[] {
  const found: Value[] = [];
  for (const item of items) {
    run.spend(found.length);
    if (!found.some((other) => deepEqual(other, item))) found.push(item);
  }
  return found;
}

function sliceList(value: Value, bounds: readonly Value[]): Value {
  if (!(value instanceof List)) {
    if (value === null) throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
    throw new FunctionError(`list should be type of slice or array but ${kindName(value)}`);
  }
  const { items, element } = value;
  if (items.length === 0) return null;
  const start = bounds[0] === undefined ? 0 : Number(toInt64(bounds[0]));
  const end = bounds[1] === undefined ? items.length : Number(toInt64(bounds[1]));
  if (start < 0 || end < start || end > items.length) {
    throw new FunctionError('reflect.Value.Slice: slice index out of bounds');
  }
  return new List(items.slice(start, end), element, value.named);
}

function chunkList(size: number, items: readonly Value[]): List {
  if (size <= 0) throw new FunctionError('the size of a chunk must be positive');
  const count = Math.ceil(items.length / size);
  const chunks = Array.from({ length: count }, (_, n) => new List(items.slice(n * size, (n + 1) * size)));
  return new List(chunks, '[]interface {}');
}

function intList(numbers: readonly number[]): List {
  return new List(numbers.map(int), 'int');
}

function steps(start: number, stop: number, step: number, run: Run): number[] {
  if (stop < start ? step >= 0 : step <= 0) return [];
  const count = Math.ceil((stop - start) / step);
  run.spend(count);
  return Array.from({ length: count }, (_, n) => start + n * step);
}

function sequence(bounds: readonly number[], run: Run): number[] {
  const [a = 0, b = 0, c = 0] = bounds;
  switch (bounds.length) {
    case 1:
      return a < 1 ? steps(1, a - 1, -1, run) : steps(1, a + 1, 1, run);
    case 2:
      return b < a ? steps(a, b - 1, -1, run) : steps(a, b + 1, 1, run);
    case 3:
      if (c < a) return b > 0 ? [] : steps(a, c - 1, b, run);
      return steps(a, c + 1, b, run);
    default:
      return [];
  }
}
