import type { KubeObject, ObjectMeta } from '@sluice/api';
import { removePointers } from './pointer.ts';
import type { Known, Observed } from './observed.ts';

/**
 * - `intact`: nothing that we own has changed; no request is needed to know it
 * - `unproven`: most likely intact, but only a dry-run can tell
 * - `drifted`: something was changed, or the object is gone
 */
export type Verdict = 'intact' | 'unproven' | 'drifted';

/**
 * Compares an object as it was left with what a watch of its metadata shows now.
 *
 * The server changes our entry with every change of a field we own, whoever makes it. What it does not show is an apply
 * under our own name with other values in the very second of our own: hence `unproven`.
 * @see docs/adr/0003-drift-proof.md
 */
export function judgeDrift(known: Known, observed: Observed | undefined): Verdict {
  if (observed === undefined || observed.uid !== known.uid || observed.isDeleting) return 'drifted';
  // Our own apply may leave such an entry: the server makes one when it finds none.
  if (observed.needsTakeOver) return 'drifted';
  if (observed.resourceVersion === known.resourceVersion) return 'intact';
  const isSame = observed.entry === known.entry && observed.time === known.time && observed.policies === known.policies;
  if (!isSame || observed.entry === '') return 'drifted';
  return known.isSettled ? 'intact' : 'unproven';
}

/** Whether a dry-run by us would leave everything that we own as it is: its answer has our entry untouched. */
export function leavesEntry(dryRun: Observed, live: Observed): boolean {
  return dryRun.uid === live.uid && dryRun.entry !== '' && dryRun.entry === live.entry && dryRun.time === live.time;
}

/**
 * Where a dry-run of an apply differs from the live object: labels, annotations and everything outside metadata and
 * status. Absent, null and empty count as equal.
 * @param ignored JSON pointers that are not compared
 * @returns the JSON pointer of the first difference, `undefined` when there is none
 * @see spec kustomization-controller §11.3
 */
export function findDrift(dryRun: KubeObject, live: KubeObject, ignored: readonly string[] = []): string | undefined {
  return firstDifference(comparable(dryRun, ignored), comparable(live, ignored), '');
}

function comparable(object: KubeObject, ignored: readonly string[]): unknown {
  const { metadata, status: _, ...rest } = removePointers(object, ignored) as KubeObject;
  const { labels, annotations } = (metadata ?? {}) as Partial<ObjectMeta>;
  return { ...rest, metadata: { labels, annotations } };
}

/** JSON pointer of the first place where two values differ; absent, null and empty count as equal. */
export function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b) || (isEmpty(a) && isEmpty(b))) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return path;
  const [left, right] = [(a ?? {}) as Fields, (b ?? {}) as Fields];
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return path;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = firstDifference(left[key], right[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
