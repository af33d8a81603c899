import type { ManagedFieldsEntry, ObjectMeta } from '@sluice/api';
import { formatPath, leaves, parseFieldsV1, pathsOf, union, writeFieldsV1 } from '@sluice/managed-fields';

/** The field manager of everything that is applied. The name is Flux's, so that either can take the place of the other. */
export const fieldManager = 'kustomize-controller';

export interface PatchOperation {
  readonly op: 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

const retiredAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'fluxcd.io/sync-checksum',
];
const retiredLabels = ['fluxcd.io/sync-gc-mark'];

/**
 * What to change in a live object before it is applied: marks of older tools go, and the fields of kubectl (and of the
 * `overrideManagers`) become ours, so that the next apply removes those that are not in the manifest.
 * @returns a JSON patch, empty when nothing needs to change
 * @see spec kustomization-controller §11.4
 */
export function takeOverPatch(live: ObjectMeta, overrideManagers: readonly string[] = []): PatchOperation[] {
  const patch: PatchOperation[] = [
    ...marksOf(live.annotations, retiredAnnotations, 'annotations'),
    ...marksOf(live.labels, retiredLabels, 'labels'),
  ];
  const managers = mergeManagers(live.managedFields ?? [], overrideManagers);
  if (managers !== undefined) patch.push({ op: 'replace', path: '/metadata/managedFields', value: managers });
  return patch;
}

/** Whether `takeOverPatch` would change anything. */
export function needsTakeOver(live: ObjectMeta, overrideManagers: readonly string[] = []): boolean {
  return (
    retiredAnnotations.some((key) => live.annotations?.[key] !== undefined) ||
    retiredLabels.some((key) => live.labels?.[key] !== undefined) ||
    (live.managedFields ?? []).some((entry) => isTakenOver(entry, overrideManagers))
  );
}

/** Who brought in the fields that `takeOverPatch` takes over last, and the first of those fields: `.metadata.labels.tier`. */
export function lastTakenOver(
  live: ObjectMeta,
  overrideManagers: readonly string[] = [],
): { readonly manager: string; readonly field: string } | undefined {
  const taken = (live.managedFields ?? []).filter((entry) => isTakenOver(entry, overrideManagers));
  const last = taken.toSorted((a, b) => Date.parse(a.time ?? '') - Date.parse(b.time ?? '') || 0).at(-1);
  if (last === undefined) return undefined;
  const [first = []] = pathsOf(leaves(parseFieldsV1(last.fieldsV1 ?? {})));
  return { manager: last.manager, field: formatPath(first) };
}

/** Our own entry: not one of a subresource, or the fields of the object itself would be lost with it. */
export function ownEntryOf(metadata: ObjectMeta): ManagedFieldsEntry | undefined {
  return metadata.managedFields?.find(isOwn);
}

function isOwn(entry: ManagedFieldsEntry): boolean {
  return entry.manager === fieldManager && entry.operation === 'Apply' && isWhole(entry);
}

function isWhole(entry: ManagedFieldsEntry): boolean {
  return entry.subresource === undefined || entry.subresource === '';
}

function isTakenOver(entry: ManagedFieldsEntry, overrideManagers: readonly string[]): boolean {
  if (!isWhole(entry) || isOwn(entry)) return false;
  const { manager, operation } = entry;
  if (overrideManagers.some((prefix) => manager.startsWith(prefix)) || manager.startsWith('kubectl')) return true;
  const isOlder = manager.startsWith('before-first-apply') || manager.startsWith(fieldManager);
  return operation === 'Update' && isOlder;
}

/** The entries with those to take over merged into ours; `undefined` when there is nothing to take over. */
function mergeManagers(
  entries: readonly ManagedFieldsEntry[],
  overrideManagers: readonly string[],
): ManagedFieldsEntry[] | undefined {
  const taken = entries.filter((entry) => isTakenOver(entry, overrideManagers));
  if (taken.length === 0) return undefined;
  const heir = entries.find(isOwn) ?? taken[0]!;
  const fields = [heir, ...taken].map((entry) => parseFieldsV1(entry.fieldsV1 ?? {})).reduce(union);
  const own: ManagedFieldsEntry = {
    ...heir,
    manager: fieldManager,
    operation: 'Apply',
    fieldsType: 'FieldsV1',
    fieldsV1: writeFieldsV1(fields),
  };
  const rest = (entry: ManagedFieldsEntry) => (taken.includes(entry) ? [] : [entry]);
  return entries.flatMap((entry) => (entry === heir ? [own] : rest(entry)));
}

function marksOf(
  map: Readonly<Record<string, string>> | undefined,
  retired: readonly string[],
  field: string,
): PatchOperation[] {
  const keys = retired.filter((key) => map?.[key] !== undefined);
  return keys.map((key) => ({ op: 'remove', path: `/metadata/${field}/${escapePointer(key)}` }));
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
