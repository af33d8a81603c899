import {
  SequenceNode,
  isEmptyMap,
  isEmpty,
  isMissing,
  getField,
  peekField,
  ScalarNode,
  setField,
  setScalar,
  textOf,
  type Node,
} from '../tree.ts';
import { findElement, setElement } from './element.ts';

/** The two lists of a merge. They may be one and the same, when a list is merged with itself. */
export interface Lists {
  readonly dest: SequenceNode;
  readonly patch: SequenceNode | undefined;
}

export type MergeElements = (dest: Node | undefined, patch: Node | undefined) => Node | undefined;

/** Merges lists of maps by keys (engine §10.4). The result is a new list, the patch's elements first. */
export function mergeKeyedList(lists: Lists, keys: readonly string[], merge: MergeElements): SequenceNode {
  const simple = keys.length === 1 ? mergeBySimpleKey(lists, keys[0] ?? '', merge) : undefined;
  return simple ?? mergeByTuples(lists, keys, merge);
}

/**
 * The same for the ordinary case, in one pass: every element is a map with a key of its own.
 * @returns `undefined` for any other lists
 */
function mergeBySimpleKey({ dest, patch }: Lists, key: string, merge: MergeElements): SequenceNode | undefined {
  const old = elementsByKey(dest, key);
  const given = patch === undefined ? new Map<string, Node>() : elementsByKey(patch, key);
  if (old === undefined || given === undefined || old.size + given.size === 0) return undefined;
  const result = new SequenceNode();
  for (const text of new Set([...given.keys(), ...old.keys()])) {
    const before = old.get(text);
    const element = merge(before, given.get(text));
    if (isMissing(element) || isEmptyMap(element)) continue;
    addKeys(element, [key], [text]);
    result.items.push(before ?? element); // an old element stays the same object, even where the patch replaces it
  }
  return result;
}

function elementsByKey(list: SequenceNode, key: string): Map<string, Node> | undefined {
  const elements = new Map<string, Node>();
  for (const item of list.items) {
    const field = peekField(item, key);
    const text = isEmpty(field) ? '' : textOf(field);
    if (text === '' || elements.has(text)) return undefined;
    elements.set(text, item);
  }
  return elements;
}

function mergeByTuples(lists: Lists, keys: readonly string[], merge: MergeElements): SequenceNode {
  const tuples = distinct([...tuplesOf(lists.patch, keys), ...tuplesOf(lists.dest, keys)]);
  if (keys.length > 1) completeTuples(tuples);
  const used = usedKeys(tuples, keys);
  return mergeTuples(
    lists,
    { keys: used.map((i) => keys[i] ?? ''), tuples: tuples.map((tuple) => used.map((i) => tuple[i] ?? '')) },
    merge,
  );
}

/** Merges lists of scalars, whose texts are their keys. */
export function mergeTextList(lists: Lists, merge: MergeElements): SequenceNode {
  const texts = [...(lists.patch?.items ?? []), ...lists.dest.items].map((item) => [textOf(item)]);
  return mergeTuples(lists, { keys: [''], tuples: distinct(texts) }, merge);
}

interface Keyed {
  readonly keys: readonly string[];
  /** Texts of these keys, one tuple per element of the result. */
  readonly tuples: readonly (readonly string[])[];
}

function mergeTuples({ dest, patch }: Lists, { keys, tuples }: Keyed, merge: MergeElements): SequenceNode {
  const result = new SequenceNode();
  for (const values of tuples) {
    const given = keys.map((_, i) => i).filter((i) => values[i] !== '');
    const wanted = given.length === 0 ? keys.map((_, i) => i) : given;
    const lookupKeys = wanted.map((i) => keys[i] ?? '');
    const lookupValues = wanted.map((i) => values[i] ?? '');
    const element = merge(findElement(dest, lookupKeys, lookupValues), findElement(patch, lookupKeys, lookupValues));
    if (isMissing(element) || isEmptyMap(element)) {
      setElement(dest, undefined, keys, values);
      continue;
    }
    addKeys(element, keys, values);
    setElement(result, element, keys, values);
  }
  if (tuples.length === 0) return dest;
  for (const element of dest.items) appendElement(result, element, keys);
  return result;
}

/** A key that the merged element lacks is added. */
function addKeys(element: Node, keys: readonly string[], values: readonly string[]): void {
  for (const [i, key] of keys.entries()) {
    const value = values[i] ?? '';
    if (value === '' || peekField(element, key) !== undefined) continue;
    if (key === '') setScalar(element, new ScalarNode(value));
    else setField(element, key, new ScalarNode(value));
  }
}

/** Step 6: the old elements go over what was merged, each in its place by its own keys. */
function appendElement(result: SequenceNode, element: Node, keys: readonly string[]): void {
  if (keys[0] === '') return setElement(result, element, [''], [textOf(element)]);
  const values: string[] = [];
  for (const key of keys) {
    const value = getField(element, key);
    if (value === undefined) result.items.push(element);
    else values.push(textOf(value));
  }
  if (keys.length > 1) setElement(result, undefined, keys, values);
  setElement(result, element, keys, values);
}

function tuplesOf(list: SequenceNode | undefined, keys: readonly string[]): string[][] {
  return (list?.items ?? []).map((item) =>
    keys.map((key) => {
      const field = peekField(item, key);
      return isEmpty(field) ? '' : textOf(field);
    }),
  );
}

function distinct(tuples: readonly string[][]): string[][] {
  const seen = new Map(tuples.map((tuple) => [JSON.stringify(tuple), tuple]));
  return [...seen.values()];
}

/** Tuples that agree where both have a value share their values: a port without protocol finds the one with it. */
function completeTuples(tuples: string[][]): void {
  for (let i = 0; i < tuples.length; i++) {
    const one = tuples[i] ?? []; // read once: what the inner loop writes here does not count before the next i
    for (let j = 0; j < tuples.length; j++) {
      const joined = join(one, tuples[j] ?? []);
      if (joined === undefined) continue;
      tuples[i] = joined;
      tuples[j] = joined;
    }
  }
}

function join(a: readonly string[], b: readonly string[]): string[] | undefined {
  const conflict = a.some((value, i) => value !== '' && b[i] !== '' && value !== b[i]);
  const agree = a.some((value, i) => value === b[i]);
  return conflict || !agree ? undefined : a.map((value, i) => value || (b[i] ?? ''));
}

/** Positions of the keys that some tuple has a value for; all when none has. */
function usedKeys(tuples: readonly (readonly string[])[], keys: readonly string[]): number[] {
  const all = keys.map((_, i) => i);
  const used = all.filter((i) => tuples.some((tuple) => tuple[i] !== ''));
  return used.length === 0 ? all : used;
}
