import { isRecord, type KubeObject } from '@sluice/api';
import { firstDifference } from './drift.ts';
import { parsePointer, removeAt, replaceAt, valueAt } from './pointer.ts';
import { fieldManager } from './take-over.ts';

/**
 * The manifest to apply to an object of which others may change some fields. Where such a field differs, it is left out
 * if another applier owns it, which gives up our ownership; else it takes the live value and stays ours.
 * @param dryRun what the manifest as it is would make of the object
 * @see spec kustomization-controller §11.6
 */
export function yieldFields(
  manifest: KubeObject,
  { live, dryRun, pointers }: { live: KubeObject; dryRun: KubeObject; pointers: readonly string[] },
): KubeObject {
  const paths = pointers.map(parsePointer).filter((path) => path !== undefined);
  return paths.reduce<unknown>((payload, path) => {
    if (valueAt(payload, path) === undefined) return payload;
    const value = valueAt(live, path);
    if (firstDifference(value, valueAt(dryRun, path), '') === undefined) return payload;
    const isYielded = value === undefined || isAppliedByOthers(live, path);
    return isYielded ? removeAt(payload, path) : replaceAt(payload, path, value);
  }, manifest) as KubeObject;
}

function isAppliedByOthers(live: KubeObject, path: readonly string[]): boolean {
  const others = (live.metadata.managedFields ?? []).filter(
    ({ manager, operation, subresource = '' }) =>
      manager !== fieldManager && operation === 'Apply' && subresource === '',
  );
  return others.some(({ fieldsV1 }) => names(fieldsV1, live, path));
}

/** Whether fieldsV1 names the path, in which items of a list go by their keys. */
function names(fields: unknown, value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (!isRecord(fields)) return false;
  const below = valueAt(value, [step]);
  if (!Array.isArray(value)) return Object.hasOwn(fields, `f:${step}`) && names(fields[`f:${step}`], below, rest);
  const key = Object.keys(fields).find((candidate) => candidate.startsWith('k:') && matches(candidate, below));
  return key !== undefined && names(fields[key], below, rest);
}

/** Whether `k:{"name":"web"}` is the key of this item. */
function matches(key: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(key.slice(2));
  return isRecord(wanted) && isRecord(item) && Object.entries(wanted).every(([field, value]) => item[field] === value);
}
