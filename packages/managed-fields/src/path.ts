import { compareNumbers, compareText, writeJson } from './json.ts';

/**
 * One step from a value to a value inside it, as the key that fieldsV1 writes for it (kube-api.md §7.2):
 * `f:<name>` a struct field or map key, `k:<json object>` an item of a keyed list, `v:<json scalar>` an item of a set,
 * `i:<n>` an index. Always in canonical form (keys sorted, compact), so that equal steps are equal strings.
 */
export type PathElement = string;

export type FieldPath = readonly PathElement[];

/** A path while walking down a value, which costs one step per value. */
export interface PathLink {
  readonly parent: PathLink | undefined;
  readonly element: PathElement;
}

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The item of a keyed list with these key fields. */
export function keyElement(fields: Readonly<Record<string, unknown>>): PathElement {
  const names = Object.keys(fields);
  if (names.length > 1) names.sort(compareText);
  return `k:{${names.map((name) => `${writeJson(name)}:${writeJson(fields[name])}`).join(',')}}`;
}

/** The item of a set. */
export function valueElement(value: unknown): PathElement {
  return `v:${writeJson(value)}`;
}

/** As messages print it: `.spec.containers[name="nginx"].image`. */
export function formatPath(path: FieldPath): string {
  return path.map(formatElement).join('');
}

export function formatElement(element: PathElement): string {
  const text = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${text}`;
    case 'k':
      return `[${keyFields(element)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${JSON.stringify(JSON.parse(text))}]`;
    default:
      return `[${text}]`;
  }
}

/** The order of fieldsV1: fields, then keys, values, indexes. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a[0] !== b[0]) return kinds.indexOf(a[0] ?? '') - kinds.indexOf(b[0] ?? '');
  switch (a[0]) {
    case 'f':
      return compareText(a, b);
    case 'k':
      return compareKeys(keyFields(a), keyFields(b));
    case 'v':
      return compareScalars(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
    default:
      return Number(a.slice(2)) - Number(b.slice(2));
  }
}

export function comparePaths(a: FieldPath, b: FieldPath): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareElements(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const kinds = 'fkvi';

type KeyField = readonly [name: string, value: unknown];

function keyFields(element: PathElement): KeyField[] {
  return Object.entries(JSON.parse(element.slice(2)) as object); // canonical, so an object with its keys in order
}

function compareKeys(a: readonly KeyField[], b: readonly KeyField[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareText(a[i]![0], b[i]![0]) || compareScalars(a[i]![1], b[i]![1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers before strings before booleans, then whatever else. */
function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return scalarRank(a) - scalarRank(b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

function scalarRank(value: unknown): number {
  const rank = ['number', 'string', 'boolean'].indexOf(typeof value);
  return rank < 0 ? 3 : rank;
}
