import type { Setting } from './cursor.ts';
import { YamlError } from './error.ts';
import { maxNumberLength } from './limits.ts';
import { parseDigits, parseDottedFloat, parseGoFloat, parseGoInteger } from './numbers.ts';
import { parseTimestamp } from './timestamp.ts';

/** A scalar with its type. Integers beyond 2^53 are bigint. A timestamp is its RFC 3339 text. */
export interface Resolved {
  readonly tag: string;
  readonly value: null | boolean | number | bigint | string;
}

const words: ReadonlyMap<string, Resolved> = new Map([
  ...wordsFor('true True TRUE', { tag: '!!bool', value: true }),
  ...wordsFor('false False FALSE', { tag: '!!bool', value: false }),
  ...wordsFor('~ null Null NULL', { tag: '!!null', value: null }),
  ...wordsFor('.nan .NaN .NAN', { tag: '!!float', value: Number.NaN }),
  ...wordsFor('.inf .Inf .INF +.inf +.Inf +.INF', { tag: '!!float', value: Number.POSITIVE_INFINITY }),
  ...wordsFor('-.inf -.Inf -.INF', { tag: '!!float', value: Number.NEGATIVE_INFINITY }),
]);

/** Words that only YAML 1.1 takes for booleans. */
const yaml11Words: ReadonlyMap<string, Resolved> = new Map([
  ...wordsFor('y Y yes Yes YES on On ON', { tag: '!!bool', value: true }),
  ...wordsFor('n N no No NO off Off OFF', { tag: '!!bool', value: false }),
]);

const resolvedNull: Resolved = { tag: '!!null', value: null };

/** The longest word of the tables above. */
const longestWord = 5;

/** What a text may be by its first character: a number or timestamp, a number with a leading dot, one of the words. */
const hints = new Map([
  ...hintsFor('0123456789+-', 'number'),
  ...hintsFor('.', 'dot'),
  ...hintsFor('yYnNtTfFoO~', 'word'),
]);

const resolvableTags: ReadonlySet<string> = new Set(['!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/** Tag of a plain scalar without an explicit one. */
export function resolveTag(text: string, setting: Setting = 'build'): string {
  if (text !== '' && !hints.has(text.charCodeAt(0))) return text === '<<' ? '!!merge' : '!!str';
  return resolvePlain(text, setting).tag;
}

/** Type and value of a plain scalar without an explicit tag. */
export function resolvePlain(text: string, setting: Setting = 'build'): Resolved {
  return resolveText(text, setting, true);
}

/**
 * Type and value of a scalar with an explicit tag; with a tag that is not one of YAML's scalar types the text itself.
 * @throws YamlError when the text is not of that type
 */
export function resolveTagged(text: string, tag: string, setting: Setting = 'build'): Resolved {
  if (tag === '!!str' || !resolvableTags.has(tag)) return { tag, value: text };
  const found = resolveText(text, setting, tag === '!!timestamp');
  if (found.tag === tag) return found;
  const isSmallInteger =
    found.tag === '!!int' && (typeof found.value !== 'bigint' || BigInt.asIntN(64, found.value) === found.value);
  if (tag === '!!float' && isSmallInteger) return { tag, value: Number(found.value) };
  throw new YamlError(`yaml: cannot decode ${found.tag} \`${text}\` as a ${tag}`);
}

function resolveText(text: string, setting: Setting, mayBeTimestamp: boolean): Resolved {
  if (text === '') return resolvedNull;
  const hint = hints.get(text.charCodeAt(0));
  if (hint === undefined || text.length > maxNumberLength) return asString(text);
  return (
    findWord(text, setting) ??
    (hint === 'number' ? findNumber(text, setting, mayBeTimestamp) : hint === 'dot' ? findDotted(text) : undefined) ??
    asString(text)
  );
}

function findWord(text: string, setting: Setting): Resolved | undefined {
  if (text.length > longestWord) return undefined;
  return words.get(text) ?? (setting === 'json' ? yaml11Words.get(text) : undefined);
}

function findDotted(text: string): Resolved | undefined {
  const value = parseDottedFloat(text);
  return value === undefined ? undefined : { tag: '!!float', value };
}

function findNumber(text: string, setting: Setting, mayBeTimestamp: boolean): Resolved | undefined {
  if (mayBeTimestamp && text[4] === '-') {
    const timestamp = parseTimestamp(text);
    if (timestamp !== undefined) return { tag: '!!timestamp', value: timestamp };
  }
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = parseGoInteger(digits);
  if (integer !== undefined) return { tag: '!!int', value: integer };
  const float = parseGoFloat(digits);
  if (float !== undefined) return { tag: '!!float', value: float };
  const odd = findSignBehindPrefix(digits, setting);
  return odd === undefined ? undefined : { tag: '!!int', value: odd };
}

/** The libraries also take `0b-1`, and v3 `0o-1`. */
function findSignBehindPrefix(text: string, setting: Setting): number | bigint | undefined {
  const match = /^0([bo])([-+])(.*)$/s.exec(text);
  if (match === null || (match[1] === 'o' && setting === 'json')) return undefined;
  return parseDigits(match[2] ?? '', match[3] ?? '', match[1] === 'b' ? 2 : 8);
}

function asString(text: string): Resolved {
  return { tag: '!!str', value: text };
}

function hintsFor(characters: string, hint: 'number' | 'dot' | 'word') {
  return characters.split('').map((character) => [character.charCodeAt(0), hint] as const);
}

function wordsFor(list: string, resolved: Resolved): [string, Resolved][] {
  return list.split(' ').map((word) => [word, resolved]);
}
