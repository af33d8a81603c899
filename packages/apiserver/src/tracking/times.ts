import type { KubeObject } from '@sluice/api';
import { jsonEqual } from '../json.ts';

/** `object` with the managedFields of `old`, when nothing but the times of their entries differs. */
export function withOldTimes(object: KubeObject, old: KubeObject): KubeObject {
  const next = object.metadata.managedFields;
  const before = old.metadata.managedFields;
  if (next === undefined || before === undefined || next.length !== before.length) return object;
  const sameButTimes = next.every((entry, i) => jsonEqual({ ...entry, time: '' }, { ...before[i], time: '' }));
  if (!sameButTimes) return object;
  const restored = { ...object, metadata: { ...object.metadata, managedFields: before } };
  return jsonEqual(restored, old) ? restored : object;
}
