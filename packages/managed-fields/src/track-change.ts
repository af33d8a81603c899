import type { JsonObject } from '@sluice/kube-schema';
import { recursiveDifference, union } from './algebra.ts';
import { entryTime, identityOf } from './entry.ts';
import { emptySet, type FieldSet } from './field-set.ts';
import { capUpdateManagers, type Managers } from './managers.ts';
import { withoutServerFields } from './object.ts';
import { reconcileManagers, takeOwnership } from './ownership.ts';
import { assertTyped, TypingError } from './validate.ts';
import type { Versions } from './versions.ts';

export interface TrackedChange {
  /** Both without managedFields, in `apiVersion`. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly versions: Versions;
  readonly resetFields?: FieldSet;
  readonly now: Date;
}

/** Who owns what after an update: the manager what it modified or added, the others the rest of theirs. */
export function trackChange(managers: Managers, change: TrackedChange): Managers {
  const { before, after, apiVersion, versions, resetFields } = change;
  const schema = versions.schemaOf(apiVersion);
  if (schema === undefined) throw new TypingError(`no schema for ${apiVersion}`);
  assertTyped(after, schema, { allowDuplicates: true });
  assertTyped(before, schema, { allowDuplicates: true });
  const { managers: others, comparison } = takeOwnership(
    reconcileManagers(managers, before, versions),
    { before, after, apiVersion, schema, versions, ignored: resetFields },
    { force: true },
  );
  const taken = recursiveDifference(union(comparison.modified, comparison.added), resetFields ?? emptySet);
  const fields = withoutServerFields(taken);
  return capUpdateManagers(fields.size === 0 ? others : withTaken(others, fields, change));
}

function withTaken(managers: Managers, fields: FieldSet, change: TrackedChange): Managers {
  const { manager, apiVersion, subresource = '', now } = change;
  const self = { manager, operation: 'Update' as const, apiVersion, subresource };
  const identity = identityOf(self);
  const before = managers.get(identity)?.fields ?? emptySet;
  return new Map(managers).set(identity, { ...self, time: entryTime(now), fields: union(fields, before) });
}
