import { define, defineRest } from './define.ts';
import { FunctionError } from './error.ts';
import { sprint, sprintf, sprintln, toText } from './printf.ts';
import { byteLength, hex, isPrintable } from './text.ts';
import {
  Complex,
  Dict,
  Float,
  Int,
  List,
  Struct,
  compareBytes,
  deepEqual,
  int,
  isTrue,
  kindOf,
  typeOf,
  type Func,
  type Value,
} from './value.ts';

/** The functions of Go's text/template. */
export const builtins: Readonly<Record<string, Func>> = {
  // These two stop at the argument that decides, so the execution evaluates their arguments itself.
  and: defineRest(['value'], 'value', ([first]) => first),
  or: defineRest(['value'], 'value', ([first]) => first),
  not: define(['value'], ([value]) => !isTrue(value)),
  // The execution puts the source of the callee in front.
  call: defineRest(['value'], 'value', ([name], [value = null]) => {
    if (value === null) throw new FunctionError('call of nil');
    throw new FunctionError(`non-function ${toText(name)} of type ${typeOf(value)}`);
  }),
  eq: defineRest(['value'], 'value', ([first], others) => isEqualToAny(first, others)),
  ne: define(['value', 'value'], ([a, b]) => !isEqualToAny(a, [b])),
  lt: define(['value', 'value'], ([a, b]) => isLess(a, b)),
  le: define(['value', 'value'], ([a, b]) => isLess(a, b) || isEqualToAny(a, [b])),
  gt: define(['value', 'value'], ([a, b]) => !isLess(a, b) && !isEqualToAny(a, [b])),
  ge: define(['value', 'value'], ([a, b]) => !isLess(a, b)),
  index: defineRest(['value'], 'value', ([item], keys) => {
    if (item === null) throw new FunctionError('index of untyped nil');
    return keys.reduce(at, item);
  }),
  len: define(['value'], ([value]) => int(lengthOf(value))),
  print: defineRest([], 'any', (_, args) => sprint(args)),
  printf: defineRest(['string'], 'any', ([format], args) => sprintf(format, args)),
  println: defineRest([], 'any', (_, args) => sprintln(args)),
  html: defineRest([], 'any', (_, args) => escapeHtml(textOf(args))),
  js: defineRest([], 'any', (_, args) => escapeJs(textOf(args))),
  urlquery: defineRest([], 'any', (_, args) => escapeQuery(textOf(args))),
};

type Basic = 'bool' | 'complex' | 'float' | 'int' | 'string' | undefined;

function basicKind(value: Value): Basic {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (value instanceof Int) return 'int';
  if (value instanceof Float) return 'float';
  return value instanceof Complex ? 'complex' : undefined;
}

function isEqualToAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

function isEqual(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) {
    if (a !== null && b !== null) throw incompatible(a, b);
    return false;
  }
  if (kind !== undefined) return a instanceof Int && b instanceof Int ? a.value === b.value : deepEqual(a, b);
  if (a === null || b === null) return a === b;
  if (kindOf(a) !== kindOf(b)) {
    throw new FunctionError(
      `non-comparable types ${sprintf('%s', [a])}: ${typeOf(a)}, ${typeOf(b)}: ${sprintf('%v', [b])}`,
    );
  }
  if (!(b instanceof Struct)) throw new FunctionError(`non-comparable type ${sprintf('%s', [b])}: ${typeOf(b)}`);
  return deepEqual(a, b);
}

function isLess(a: Value, b: Value): boolean {
  const [kind, other] = [basicKind(a), basicKind(b)];
  if (kind === undefined || other === undefined) throw new FunctionError('invalid type for comparison');
  if (kind !== other) throw incompatible(a, b);
  if (a instanceof Int && b instanceof Int) return a.value < b.value;
  if (a instanceof Float && b instanceof Float) return a.value < b.value;
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b) < 0;
  throw new FunctionError('invalid type for comparison');
}

function incompatible(a: Value, b: Value): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);
}

function at(item: Value, key: Value): Value {
  if (item === null) throw new FunctionError('index of nil pointer');
  if (typeof item === 'string')
    return new Int(BigInt(Buffer.from(item)[position(key, byteLength(item))] ?? 0), 'uint8');
  if (item instanceof List) return item.items[position(key, item.items.length)] ?? null;
  if (item instanceof Dict) return item.entries.get(keyOf(item, key)) ?? zeroOf(item.element);
  throw new FunctionError(`can't index item of type ${typeOf(item)}`);
}

function position(key: Value, length: number): number {
  if (key === null) throw new FunctionError('cannot index slice/array with nil');
  if (!(key instanceof Int)) throw new FunctionError(`cannot index slice/array with type ${typeOf(key)}`);
  if (key.value < 0n || key.value >= BigInt(length)) throw new FunctionError(`index out of range: ${key.value}`);
  return Number(key.value);
}

/** Only maps by object have keys that are no strings. */
const keyType = 'update.ObjectIdentifier';

function keyOf({ keys }: Dict, key: Value): string {
  const type = keys === undefined ? 'string' : keyType;
  if (key === null) throw new FunctionError(`value is nil; should be of type ${type}`);
  if (keys === undefined && typeof key === 'string') return key;
  const found = [...(keys ?? [])].find(([, struct]) => deepEqual(struct, key));
  if (found !== undefined) return found[0];
  throw new FunctionError(`value has type ${typeOf(key)}; should be ${type}`);
}

/** What Go reads from a map under a key that is not there. */
function zeroOf(type: string): Value {
  if (type === 'string') return '';
  if (type.startsWith('[]')) return new List([], type.slice(2));
  return type === 'update.ObjectChanges'
    ? new Dict([], { named: type, keys: new Map(), element: '[]update.Change' })
    : null;
}

function lengthOf(value: Value): number {
  if (value === null) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  if (typeof value === 'string') return byteLength(value);
  if (value instanceof List) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  throw new FunctionError(`len of type ${typeOf(value)}`);
}

function textOf(args: readonly Value[]): string {
  const [only] = args;
  if (args.length === 1 && typeof only === 'string') return only;
  return sprint(args.map((arg) => arg ?? '<no value>'));
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

function escapeHtml(text: string): string {
  return text.replace(/["'&<>\0]/g, (char) => htmlEscapes[char] ?? char);
}

function escapeJs(text: string): string {
  return Array.from(text, (char) => {
    if ('\\\'"'.includes(char)) return `\\${char}`;
    const isKept = isPrintable(char) && !'<>&='.includes(char);
    return isKept ? char : `\\u${hex(char.codePointAt(0) ?? 0, 4).toUpperCase()}`;
  }).join('');
}

/** Go's `url.QueryEscape`. */
export function escapeQuery(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+');
  return escaped.replace(/[!'()*]/g, (char) => `%${hex(char.charCodeAt(0), 2).toUpperCase()}`);
}
