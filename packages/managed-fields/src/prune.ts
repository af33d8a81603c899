import type { JsonObject } from '@sluice/kube-schema';
import { difference, intersection, union } from './algebra.ts';
import { emptySet, type FieldSet } from './field-set.ts';
import { setFromObject } from './from-object.ts';
import type { Managers } from './managers.ts';
import { withNamedFields } from './named-fields.ts';
import { removeItems } from './remove-items.ts';
import type { Versions } from './versions.ts';

export interface PruneRequest {
  /** The live object with the applied one merged in, in `apiVersion`. */
  readonly merged: JsonObject;
  readonly apiVersion: string;
  /** What the manager owned before, in the version of that time. */
  readonly last: { readonly fields: FieldSet; readonly apiVersion: string };
  /** What it owns now. */
  readonly own: FieldSet;
  /** Who owns what now, the manager's new set included. */
  readonly managers: Managers;
  readonly versions: Versions;
}

/**
 * `merged` without what the manager owned before and neither it nor anybody else owns now. Parts that nobody ever owned
 * (defaults) go only with what holds them.
 */
export function prune({ merged, apiVersion, last, own, managers, versions }: PruneRequest): JsonObject {
  const schema = versions.schemaOf(last.apiVersion);
  if (schema === undefined || isKept(last, apiVersion, own)) return merged;
  const there = versions.convert(merged, last.apiVersion);
  const lastFields = withNamedFields(last.fields, schema);
  const without = asObject(removeItems(there, lastFields, schema));
  const owned = addBackOwned({ merged: there, pruned: without, apiVersion: last.apiVersion }, managers, versions);
  const kept = withNamedFields(setFromObject(owned, schema), schema);
  const all = withNamedFields(setFromObject(there, schema), schema);
  const result = asObject(removeItems(there, intersection(difference(all, kept), lastFields), schema));
  return versions.convert(result, apiVersion);
}

/** Whether all that was owned still is, in the same version: then nothing goes. */
function isKept(last: PruneRequest['last'], apiVersion: string, own: FieldSet): boolean {
  return last.fields.size === 0 || (last.apiVersion === apiVersion && difference(last.fields, own).size === 0);
}

interface Pruned {
  readonly merged: JsonObject;
  readonly pruned: JsonObject;
  readonly apiVersion: string;
}

/** Puts back what an entry of any manager owns, version by version, the version of `pruned` first. */
function addBackOwned(state: Pruned, managers: Managers, versions: Versions): JsonObject {
  const byVersion = new Map<string, FieldSet>([[state.apiVersion, emptySet]]);
  for (const { apiVersion, fields } of managers.values()) {
    byVersion.set(apiVersion, union(byVersion.get(apiVersion) ?? emptySet, fields));
  }
  let { merged, pruned } = state;
  for (const [apiVersion, owned] of byVersion) {
    const schema = versions.schemaOf(apiVersion);
    if (schema === undefined || owned.size === 0) continue;
    merged = versions.convert(merged, apiVersion);
    pruned = versions.convert(pruned, apiVersion);
    const all = withNamedFields(setFromObject(merged, schema), schema);
    const kept = union(withNamedFields(setFromObject(pruned, schema), schema), withNamedFields(owned, schema));
    pruned = asObject(removeItems(merged, difference(all, kept), schema));
  }
  return versions.convert(pruned, state.apiVersion);
}

/** An object always keeps its apiVersion and kind, which no entry owns. */
function asObject(value: unknown): JsonObject {
  return value as JsonObject;
}
