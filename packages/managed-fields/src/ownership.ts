import type { JsonObject, Schema } from '@sluice/kube-schema';
import { difference, intersection, union } from './algebra.ts';
import { compare, withoutFields, type Comparison } from './compare.ts';
import { ConflictError, conflictsOf } from './conflict.ts';
import type { FieldSet } from './field-set.ts';
import { withoutEmpty, type Managers } from './managers.ts';
import type { ManagerEntry } from './entry.ts';
import { reconcileWithSchema } from './schema-changes.ts';
import type { Versions } from './versions.ts';

/** A change of an object's content, both sides in `apiVersion` and without managedFields. */
export interface Change {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly apiVersion: string;
  readonly schema: Schema;
  readonly versions: Versions;
  readonly ignored: FieldSet | undefined;
}

/** The entries of versions that exist, rewritten to what the schema has come to treat as atomic. */
export function reconcileManagers(managers: Managers, object: JsonObject, versions: Versions): Managers {
  const result = new Map<string, ManagerEntry>();
  for (const [identity, entry] of managers) {
    const schema = versions.schemaOf(entry.apiVersion);
    if (schema === undefined) continue;
    const fields = reconcileWithSchema(entry.fields, versions.convert(object, entry.apiVersion), schema);
    result.set(identity, fields === entry.fields ? entry : { ...entry, fields });
  }
  return result;
}

/**
 * Takes what a change modifies, adds or removes away from everybody but `own`; each entry is asked in its own version.
 * @throws ConflictError unless `force`, when others own what is modified or added
 */
export function takeOwnership(
  managers: Managers,
  change: Change,
  { own, force }: { own?: string; force: boolean },
): { managers: Managers; comparison: Comparison } {
  const comparisonIn = comparisonsByVersion(change);
  const comparison = comparisonIn(change.apiVersion)!;
  const result = new Map(managers);
  const conflicts = [];
  for (const [identity, entry] of managers) {
    if (identity === own) continue;
    const there = comparisonIn(entry.apiVersion);
    if (there === undefined) {
      result.delete(identity);
      continue;
    }
    const contested = intersection(entry.fields, union(there.modified, there.added));
    conflicts.push(...conflictsOf(entry, contested));
    result.set(identity, { ...entry, fields: difference(difference(entry.fields, contested), there.removed) });
  }
  if (!force && conflicts.length > 0) throw new ConflictError(conflicts);
  return { managers: withoutEmpty(result), comparison };
}

/** What changed, read in a version; `undefined` where that version does not exist. */
function comparisonsByVersion(change: Change): (apiVersion: string) => Comparison | undefined {
  const known = new Map<string, Comparison | undefined>();
  return (apiVersion) => {
    if (!known.has(apiVersion)) known.set(apiVersion, compareIn(apiVersion, change));
    return known.get(apiVersion);
  };
}

function compareIn(apiVersion: string, change: Change): Comparison | undefined {
  const { before, after, versions, ignored } = change;
  if (apiVersion === change.apiVersion) return withoutFields(compare(before, after, change.schema), ignored);
  const schema = versions.schemaOf(apiVersion);
  if (schema === undefined) return undefined;
  const there = compare(versions.convert(before, apiVersion), versions.convert(after, apiVersion), schema);
  return withoutFields(there, ignored);
}
