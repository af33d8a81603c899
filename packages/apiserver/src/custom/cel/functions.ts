import { isRecord, jsonEqual } from '../../json.ts';
import { canonicalQuantity } from '../../builtin/quantity.ts';
import { compilePattern } from '../pattern.ts';
import { CelError, Duration, parseDuration, type CelValue } from './values.ts';

type Perform = (...values: readonly CelValue[]) => CelValue;

/** What performs an operator, a function or a method. */
export function findFunction(name: string): Perform | undefined {
  if (Object.hasOwn(operators, name)) return operators[name];
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

export function findMacro(name: string): Macro | undefined {
  return Object.hasOwn(macros, name) ? macros[name] : undefined;
}

/** The operators that evaluate all their operands. */
const operators: Readonly<Record<string, Perform>> = {
  '_==_': equal,
  '_!=_': (a, b) => !equal(a, b),
  '_<_': (a, b) => compare(a, b) < 0,
  '_<=_': (a, b) => compare(a, b) <= 0,
  '_>_': (a, b) => compare(a, b) > 0,
  '_>=_': (a, b) => compare(a, b) >= 0,
  _in_: (a, b) => (Array.isArray(b) ? b.some((item) => equal(a, item)) : isRecord(b) && Object.hasOwn(b, textOf(a))),
  '_+_': add,
  '_-_': (a, b) => arithmetic(a, b, (x, y) => x - y),
  '_*_': (a, b) => arithmetic(a, b, (x, y) => x * y),
  '_/_': divide,
  '_%_': (a, b) => {
    if (numberOf(b) === 0) throw new CelError('modulus by zero');
    return arithmetic(a, b, (x, y) => x % y);
  },
  '!_': (a) => {
    if (typeof a !== 'boolean') throw noOverload('!_');
    return !a;
  },
  '-_': (a) => -numberOf(a),
};

/** Functions and methods; a method's first argument is what it is called on. */
const functions: Readonly<Record<string, Perform>> = {
  size: (value) => {
    if (typeof value === 'string') return Array.from(value).length;
    if (Array.isArray(value)) return value.length;
    if (isRecord(value)) return Object.keys(value).length;
    throw noOverload('size');
  },
  startsWith: (text, part) => textOf(text).startsWith(textOf(part)),
  endsWith: (text, part) => textOf(text).endsWith(textOf(part)),
  contains: (text, part) => textOf(text).includes(textOf(part)),
  matches: (text, pattern) => compilePattern(textOf(pattern)).test(textOf(text)),
  substring: (text, start, end) => {
    const characters = Array.from(textOf(text));
    const last = end === undefined ? characters.length : numberOf(end);
    if (numberOf(start) < 0 || last > characters.length || numberOf(start) > last)
      throw new CelError('index out of range');
    return characters.slice(numberOf(start), last).join('');
  },
  indexOf: (text, part) => textOf(text).indexOf(textOf(part)),
  lastIndexOf: (text, part) => textOf(text).lastIndexOf(textOf(part)),
  split: (text, by) => textOf(text).split(textOf(by)),
  join: (list, by) => (Array.isArray(list) ? list.map(textOf).join(by === undefined ? '' : textOf(by)) : ''),
  replace: (text, from, to) => textOf(text).replaceAll(textOf(from), textOf(to)),
  trim: (text) => textOf(text).trim(),
  lowerAscii: (text) => textOf(text).replace(/[A-Z]/g, (char) => char.toLowerCase()),
  upperAscii: (text) => textOf(text).replace(/[a-z]/g, (char) => char.toUpperCase()),
  charAt: (text, index) => Array.from(textOf(text))[numberOf(index)] ?? '',
  string: (value) => (typeof value === 'string' ? value : String(value as number)),
  int: (value) => toNumber(value, Math.trunc),
  double: (value) => toNumber(value, (number) => number),
  bool: (value) => value === true || value === 'true',
  dyn: (value) => value,
  duration: (text) => (text instanceof Duration ? text : parseDuration(textOf(text))),
  timestamp: (text) => {
    const time = Date.parse(textOf(text));
    if (Number.isNaN(time)) throw new CelError(`invalid timestamp ${JSON.stringify(text)}`);
    return new Duration(time);
  },
  isURL: (text) => URL.canParse(textOf(text)),
  isQuantity: (text) => canonicalQuantity(textOf(text)) !== undefined,
  hasValue: (optional) => isRecord(optional) && Object.hasOwn(optional, 'value'),
  value: (optional) => {
    if (isRecord(optional) && Object.hasOwn(optional, 'value')) return optional.value;
    throw new CelError('optional.none() dereference');
  },
  orValue: (optional, otherwise) =>
    isRecord(optional) && Object.hasOwn(optional, 'value') ? optional.value : otherwise,
};

type Macro = (target: CelValue, body: (item: CelValue) => CelValue) => CelValue;

/** Methods that evaluate their last argument once for each item of a list, or each key of a map. */
const macros: Readonly<Record<string, Macro>> = {
  all: (target, body) => quantified(target, body, false),
  exists: (target, body) => quantified(target, body, true),
  exists_one: (target, body) => itemsOf(target).filter((item) => body(item) === true).length === 1,
  filter: (target, body) => itemsOf(target).filter((item) => body(item) === true),
  map: (target, body) => itemsOf(target).map(body),
};

/** As with `||` and `&&`, an error counts only when no item decides. */
function quantified(target: CelValue, body: (item: CelValue) => CelValue, decisive: boolean): boolean {
  let failure: CelError | undefined;
  for (const item of itemsOf(target)) {
    try {
      if (body(item) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decisive;
}

function itemsOf(target: CelValue): CelValue[] {
  if (Array.isArray(target)) return target as CelValue[];
  if (isRecord(target)) return Object.keys(target);
  throw noOverload('comprehension');
}

function equal(a: CelValue, b: CelValue): boolean {
  if (a instanceof Duration || b instanceof Duration) return compare(a, b) === 0;
  return typeof a === 'bigint' || typeof b === 'bigint' ? Number(a) === Number(b) : jsonEqual(a, b);
}

function compare(a: CelValue, b: CelValue): number {
  if (a instanceof Duration || b instanceof Duration) return durationMs(a) - durationMs(b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return numberOf(a) - numberOf(b);
}

/** Fields of format duration are compared with durations. */
function durationMs(value: CelValue): number {
  if (value instanceof Duration) return value.ms;
  return parseDuration(textOf(value)).ms;
}

function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as CelValue[]), ...(b as CelValue[])];
  return arithmetic(a, b, (x, y) => x + y);
}

function arithmetic(a: CelValue, b: CelValue, perform: (x: number, y: number) => number): CelValue {
  if (a instanceof Duration && b instanceof Duration) return new Duration(perform(a.ms, b.ms));
  return perform(numberOf(a), numberOf(b));
}

function divide(a: CelValue, b: CelValue): number {
  if (numberOf(b) === 0) throw new CelError('division by zero');
  const quotient = numberOf(a) / numberOf(b);
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(quotient) : quotient;
}

function toNumber(value: CelValue, round: (number: number) => number): number {
  const number = typeof value === 'string' ? Number(value) : numberOf(value);
  if (Number.isNaN(number)) throw new CelError('type conversion error');
  return round(number);
}

function numberOf(value: CelValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new CelError('no such overload');
}

function textOf(value: CelValue): string {
  if (typeof value === 'string') return value;
  throw new CelError('no such overload');
}

function noOverload(name: string): CelError {
  return new CelError(`no such overload: ${name}`);
}
