import type { KubeObject } from '@sluice/api';
import { listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';

export interface NameVerdict {
  /** The names that nobody else has. */
  readonly accepted: JsonRecord;
  /** The last conflict found. */
  readonly conflict: { readonly reason: string; readonly message: string } | undefined;
}

/** Which of a CRD's names it gets, given the names that other CRDs of its group were given before. */
export function acceptNames(crd: KubeObject, others: readonly KubeObject[]): NameVerdict {
  const group = recordOf(crd.spec).group;
  const names = recordOf(recordOf(crd.spec).names);
  const held = recordOf(recordOf(crd.status).acceptedNames);
  const taken = others.filter((other) => recordOf(other.spec).group === group).map(acceptedNames);
  const resourceNames = new Set(
    taken.flatMap((t) => [stringOf(t.plural), stringOf(t.singular), ...listOf(t.shortNames).map(String)]),
  );
  const kindNames = new Set(taken.flatMap((t) => [stringOf(t.kind), stringOf(t.listKind)]));
  const accepted: JsonRecord = {};
  let conflict: NameVerdict['conflict'];
  const check = (key: string, free: (name: string) => boolean) => {
    const wanted = stringOf(names[key]);
    if (free(wanted)) {
      accepted[key] = wanted;
      return;
    }
    conflict = { reason: `${key[0]!.toUpperCase()}${key.slice(1)}Conflict`, message: `"${wanted}" is already in use` };
    accepted[key] = stringOf(held[key]);
  };
  check('plural', (name) => !resourceNames.has(name));
  check('singular', (name) => !resourceNames.has(name));
  const shortNames = listOf(names.shortNames).map(String);
  const clash = shortNames.find((name) => resourceNames.has(name));
  if (clash === undefined) {
    if (shortNames.length > 0) accepted.shortNames = shortNames;
  } else {
    conflict = { reason: 'ShortNamesConflict', message: `"${clash}" is already in use` };
  }
  check('kind', (name) => !kindNames.has(name));
  check('listKind', (name) => !kindNames.has(name));
  if (listOf(names.categories).length > 0) accepted.categories = names.categories;
  return { accepted, conflict };
}

function acceptedNames(crd: KubeObject): Readonly<JsonRecord> {
  return recordOf(recordOf(crd.status).acceptedNames);
}
