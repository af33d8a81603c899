import type { JsonObject, Schema } from '@sluice/kube-schema';
import { difference } from './algebra.ts';
import { compare } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { has, type FieldSet } from './field-set.ts';
import { setFromObject } from './from-object.ts';
import { isObject } from './json.ts';
import { withoutManagedFields } from './object.ts';
import { validate } from './validate.ts';
import type { Tracked } from './versions.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
const maxAnnotationBytes = 262_144;

/**
 * The fields that a client-side apply set and that still have the value it gave them; `undefined` when the object has no
 * usable record of one in this version.
 */
export function lastAppliedFields(live: JsonObject, schema: Schema, apiVersion: string): FieldSet | undefined {
  const last = parseObject(annotationsOf(live)?.[annotation]);
  if (last === undefined || last.apiVersion !== apiVersion || validate(last, schema).length > 0) return undefined;
  const { modified, added, removed } = compare(last, live, schema);
  return [modified, added, removed].reduce(difference, setFromObject(last, schema));
}

/** The conflicts over fields that are not in `allowed`. */
export function conflictsOutside(conflicts: readonly Conflict[], allowed: FieldSet): Conflict[] {
  return conflicts.filter(({ path }) => !has(allowed, path));
}

/** Where a client-side apply left its record, the record becomes what was applied now (if that still fits). */
export function syncLastApplied(result: Tracked, { applied }: { readonly applied: JsonObject }): Tracked {
  const { object } = result;
  const annotations = annotationsOf(object);
  if (annotations === undefined || !isObject(object.metadata) || !annotations[annotation]) return result;
  const { [annotation]: before, ...rest } = annotations;
  const record = lastAppliedRecord(applied);
  const next =
    annotationBytes(rest) + annotation.length + byteLength(record) > maxAnnotationBytes
      ? rest
      : { ...annotations, [annotation]: record };
  const metadata = { ...object.metadata, annotations: next };
  return { ...result, object: { ...object, metadata }, changed: result.changed || before !== next[annotation] };
}

/** As kubectl writes it: one line of JSON, keys sorted, without the annotation itself. */
function lastAppliedRecord(applied: JsonObject): string {
  const object = withoutManagedFields(applied);
  const annotations = annotationsOf(object);
  if (annotations === undefined) return `${sortedJson(object)}\n`;
  const { [annotation]: _, ...rest } = annotations;
  return `${sortedJson({ ...object, metadata: { ...(object.metadata as JsonObject), annotations: rest } })}\n`;
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    isObject(entry) ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))) : entry,
  );
}

function annotationsOf(object: JsonObject): JsonObject | undefined {
  if (!isObject(object.metadata) || !isObject(object.metadata.annotations)) return undefined;
  return object.metadata.annotations;
}

function annotationBytes(annotations: JsonObject): number {
  return Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(String(value)),
    0,
  );
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function parseObject(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // someone else's annotation under that name
  }
}
