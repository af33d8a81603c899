import { toStr } from './convert.ts';
import { define, defineRest } from './define.ts';
import { FunctionError } from './error.ts';
import { goJson, parseGoJson } from './json.ts';
import { Dict, List, isEmpty, sortedEntries, strings, typeOf, type Func, type Value } from './value.ts';

const merge = defineRest(['map[string]interface {}'], 'map[string]interface {}', ([target], sources) =>
  sources.reduce((into, source) => mergeInto(into, source, false), target),
);
const mergeOverwrite = defineRest(['map[string]interface {}'], 'map[string]interface {}', ([target], sources) =>
  sources.reduce((into, source) => mergeInto(into, source, true), target),
);
const deepCopy = define(['any'], ([value]) => copy(value));

export const dictFunctions: Readonly<Record<string, Func>> = {
  dict: defineRest([], 'any', (_, args) => {
    const dict = new Dict();
    for (let i = 0; i < args.length; i += 2)
      dict.entries.set(toStr(args[i] ?? null), i + 1 < args.length ? args[i + 1]! : '');
    return dict;
  }),
  get: define(['map[string]interface {}', 'string'], ([{ entries }, key]) =>
    entries.has(key) ? (entries.get(key) ?? null) : '',
  ),
  set: define(['map[string]interface {}', 'string', 'any'], ([dict, key, value]) => {
    dict.entries.set(key, value);
    return dict;
  }),
  unset: define(['map[string]interface {}', 'string'], ([dict, key]) => {
    dict.entries.delete(key);
    return dict;
  }),
  hasKey: define(['map[string]interface {}', 'string'], ([dict, key]) => dict.entries.has(key)),
  keys: defineRest([], 'map[string]interface {}', (_, dicts) =>
    strings(dicts.flatMap((dict) => sortedEntries(dict).map(([key]) => toStr(key)))),
  ),
  values: define(['map[string]interface {}'], ([dict]) => new List(sortedEntries(dict).map(([, value]) => value))),
  pick: defineRest(
    ['map[string]interface {}'],
    'string',
    ([{ entries }], keys) => new Dict([...entries].filter(([key]) => keys.includes(key))),
  ),
  omit: defineRest(
    ['map[string]interface {}'],
    'string',
    ([{ entries }], keys) => new Dict([...entries].filter(([key]) => !keys.includes(key))),
  ),
  pluck: defineRest(
    ['string'],
    'map[string]interface {}',
    ([key], dicts) =>
      new List(dicts.filter(({ entries }) => entries.has(key)).map(({ entries }) => entries.get(key) ?? null)),
  ),
  dig: defineRest([], 'any', (_, args) => dig(args)),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy,
  mustDeepCopy: deepCopy,
  toJson: define(['any'], ([value]) => orEmpty(() => goJson(value))),
  mustToJson: define(['any'], ([value]) => goJson(value)),
  toPrettyJson: define(['any'], ([value]) => orEmpty(() => goJson(value, { indent: '  ' }))),
  mustToPrettyJson: define(['any'], ([value]) => goJson(value, { indent: '  ' })),
  toRawJson: define(['any'], ([value]) => goJson(value, { raw: true })),
  mustToRawJson: define(['any'], ([value]) => goJson(value, { raw: true })),
  fromJson: define(['string'], ([text]) => orNil(() => parseGoJson(text))),
  mustFromJson: define(['string'], ([text]) => parseGoJson(text)),
};

function orEmpty(act: () => string): string {
  try {
    return act();
  } catch (error) {
    if (error instanceof FunctionError) return '';
    throw error;
  }
}

function orNil(act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (error instanceof FunctionError) return null;
    throw error;
  }
}

function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new FunctionError('dig needs at least three arguments');
  const keys = args.slice(0, -2).map((key) => assertType(key, 'string'));
  const [otherwise = null, start = null] = args.slice(-2);
  let value = start;
  for (const key of keys) {
    const { entries } = assertType(value, 'map[string]interface {}') as Dict;
    if (!entries.has(key as string)) return otherwise;
    value = entries.get(key as string) ?? null;
  }
  return value;
}

/** Go's type assertion. */
function assertType(value: Value, type: string): Value {
  if (value !== null && typeOf(value) === type) return value;
  const got = value === null ? 'nil' : typeOf(value);
  throw new FunctionError(`interface conversion: interface {} is ${got}, not ${type}`);
}

function mergeInto(target: Dict, source: Dict, overwrite: boolean): Dict {
  for (const [key, value] of source.entries) {
    const old = target.entries.get(key) ?? null;
    if (old instanceof Dict && value instanceof Dict) mergeInto(old, value, overwrite);
    else if (overwrite || isEmpty(old)) target.entries.set(key, value);
  }
  return target;
}

function copy(value: Value): Value {
  if (value instanceof List) return new List(value.items.map(copy), value.element, value.named);
  if (!(value instanceof Dict)) return value;
  const { element, named, keys } = value;
  const entries = [...value.entries].map(([key, item]) => [key, copy(item)] as const);
  return new Dict(entries, {
    element,
    ...(named === undefined ? {} : { named }),
    ...(keys === undefined ? {} : { keys }),
  });
}
