import { difference } from './algebra.ts';
import { decodeManagedFields, encodeManagedFields, type ManagedFieldsEntry, type ManagerEntry } from './entry.ts';
import { has, setOf } from './field-set.ts';
import { managersOf, type Managers } from './managers.ts';
import { fieldElement, type FieldPath } from './path.ts';

/** Where the versions of a parent keep their replicas, by apiVersion; `undefined` for a version without scale. */
export type ReplicasPaths = Readonly<Record<string, FieldPath | undefined>>;

const scaleVersion = 'autoscaling/v1';
const scalePath: FieldPath = [fieldElement('spec'), fieldElement('replicas')];

/**
 * The managedFields of a parent as its Scale carries them: the entries that own the replicas, owning `spec.replicas`.
 * @throws FieldsDecodeError
 */
export function toScale(parent: unknown, paths: ReplicasPaths): ManagedFieldsEntry[] {
  const entries = [...managersOf(decodeManagedFields(parent)).values()];
  const owners = entries.filter((entry) => owns(entry, paths[entry.apiVersion]));
  return encodeManagedFields(
    owners.map((entry) => ({ ...entry, apiVersion: scaleVersion, fields: setOf([scalePath]) })),
  );
}

/**
 * The managedFields of a parent after a write of its Scale: who no longer owns `spec.replicas` there loses the replicas
 * here, and who has come to own it gets an entry of its own, without a time. Entries of unknown versions are dropped.
 * @param apiVersion the parent's version of the request
 * @throws FieldsDecodeError
 */
export function fromScale(
  parent: unknown,
  { scale, paths, apiVersion }: { readonly scale: unknown; readonly paths: ReplicasPaths; readonly apiVersion: string },
): ManagedFieldsEntry[] {
  const parents = managersOf(decodeManagedFields(parent));
  const scales = managersOf(decodeManagedFields(scale));
  const kept = [...parents].flatMap(([identity, entry]) => keepParent(identity, entry, { scales, paths }));
  const path = paths[apiVersion];
  const gained = [...scales].flatMap(([identity, entry]) => {
    if (path === undefined || !has(entry.fields, scalePath) || ownsInParent(parents.get(identity), paths)) return [];
    const { time: _, ...timeless } = entry;
    const time = parents.get(identity)?.time;
    return [{ ...timeless, ...(time === undefined ? {} : { time }), apiVersion, fields: setOf([path]) }];
  });
  return encodeManagedFields([...kept, ...gained]);
}

function keepParent(
  identity: string,
  entry: ManagerEntry,
  { scales, paths }: { scales: Managers; paths: ReplicasPaths },
): ManagerEntry[] {
  if (!(entry.apiVersion in paths)) return [];
  const path = paths[entry.apiVersion];
  if (path === undefined || !has(entry.fields, path) || scales.has(identity)) return [entry];
  return [{ ...entry, fields: difference(entry.fields, setOf([path])) }];
}

function ownsInParent(entry: ManagerEntry | undefined, paths: ReplicasPaths): boolean {
  return entry !== undefined && owns(entry, paths[entry.apiVersion]);
}

function owns(entry: ManagerEntry, path: FieldPath | undefined): boolean {
  return path !== undefined && has(entry.fields, path);
}
