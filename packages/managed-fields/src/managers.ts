import { union } from './algebra.ts';
import { identityOf, secondsOf, type ManagerEntry } from './entry.ts';
import { compareText } from './json.ts';

/** Who owns what, by the identity of the entries. Functions here return a new map. */
export type Managers = ReadonlyMap<string, ManagerEntry>;

/** Of several entries with one identity the last counts. */
export function managersOf(entries: Iterable<ManagerEntry>): Managers {
  return new Map(Array.from(entries, (entry) => [identityOf(entry), entry]));
}

export function withoutEmpty(managers: Managers): Managers {
  return new Map([...managers].filter(([, entry]) => entry.fields.size > 0));
}

const maxUpdateManagers = 10;

/**
 * Folds the oldest updaters into one entry `ancient-changes` per version, until ten are left. The first of a version is
 * kept as it is until a second one of that version joins it.
 */
export function capUpdateManagers(managers: Managers): Managers {
  const updaters = [...managers].filter(([, entry]) => entry.operation === 'Update').sort(byAge);
  const result = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [identity, entry] of updaters) {
    if (count <= maxUpdateManagers) break;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, identity);
      continue;
    }
    const bucket = ancientEntry(entry);
    const bucketIdentity = identityOf(bucket);
    const older = result.get(bucketIdentity) ?? result.get(first);
    if (!result.has(bucketIdentity)) result.delete(first);
    result.delete(identity);
    result.set(bucketIdentity, older === undefined ? bucket : { ...bucket, fields: union(older.fields, entry.fields) });
    count -= 1;
  }
  return result;
}

/** With the time of the younger entry that is folded in. */
function ancientEntry(entry: ManagerEntry): ManagerEntry {
  return { ...entry, manager: 'ancient-changes', subresource: '' };
}

function byAge([idA, a]: [string, ManagerEntry], [idB, b]: [string, ManagerEntry]): number {
  return secondsOf(a) - secondsOf(b) || compareText(idA, idB);
}
