import type { ManagedFieldsEntry, ObjectMeta } from '@sluice/api';
import { parsePointer } from './pointer.ts';
import { fieldManager } from './take-over.ts';

/** The manager, other than us, that last changed the field at `pointer` or the nearest part of the object around it. */
export function blame(live: ObjectMeta, pointer: string): string | undefined {
  const steps = parsePointer(pointer) ?? [];
  const others = (live.managedFields ?? []).filter((entry) => entry.manager !== fieldManager);
  const ranked = others.toSorted((a, b) => depth(b, steps) - depth(a, steps) || compareTimes(b, a));
  return ranked[0]?.manager;
}

/** How many steps of the path the entry names; a list item ends it, for entries name those by their keys. */
function depth(entry: ManagedFieldsEntry, steps: readonly string[]): number {
  let fields: unknown = entry.fieldsV1;
  for (const [index, step] of steps.entries()) {
    if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, `f:${step}`)) return index;
    fields = (fields as Readonly<Record<string, unknown>>)[`f:${step}`];
  }
  return steps.length;
}

function compareTimes(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return Date.parse(a.time ?? '') - Date.parse(b.time ?? '') || 0;
}
