import type { JsonObject, Schema } from '@sluice/kube-schema';
import { isObject, setEntry } from '../json.ts';
import { applyRetainKeys, asNewValue, deletePrefix, orderPrefix, patchMarker, unknownPatchType } from './directives.ts';
import { fieldRule, itemSchema, type Rule } from './rules.ts';
import { mergeList, mergeOrderedList, removeFromList } from './list.ts';

/**
 * Strategic merge patch as the API server does it (kube-api.md §4.1): maps merge by key, lists as the Go types say. The
 * result still wants decoding, which drops what the kind does not have. Neither argument is changed.
 * @throws PatchError
 */
export function applyStrategicMergePatch(document: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return mergeMap(document, patch, schema);
}

export function mergeMap(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (patchMarker in patch) return applyMapDirective(patch);
  const prepared = applyRetainKeys(original, patch);
  const result = { ...prepared.original };
  const rest = { ...prepared.patch };
  mergeOrderedLists(result, rest, schema);
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith(deletePrefix)) deleteFromList(result, key.slice(deletePrefix.length), value);
    else mergeEntry(result, { key, value }, schema);
  }
  return result;
}

function applyMapDirective({ [patchMarker]: directive, ...rest }: JsonObject): JsonObject {
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownPatchType(directive, { ...rest, [patchMarker]: directive });
}

function mergeEntry(result: JsonObject, { key, value }: { key: string; value: unknown }, schema: Schema): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const old = Object.hasOwn(result, key) ? result[key] : undefined;
  if (isObject(old) && isObject(value)) {
    const rule = fieldRule(schema, key);
    setEntry(result, key, rule.strategy === 'replace' ? value : mergeMap(old, value, rule.schema));
  } else if (Array.isArray(old) && Array.isArray(value)) {
    setEntry(result, key, mergeLists(old, value, fieldRule(schema, key)));
  } else {
    setNew(result, key, value);
  }
}

function setNew(result: JsonObject, key: string, value: unknown): void {
  const stored = asNewValue(value);
  if (stored === undefined) delete result[key];
  else setEntry(result, key, stored);
}

function mergeLists(old: readonly unknown[], value: readonly unknown[], rule: Rule): readonly unknown[] {
  if (rule.strategy !== 'merge') return value;
  return mergeList(old, value, { mergeKey: rule.mergeKey, mergeItem: itemMerger(rule) });
}

function deleteFromList(result: JsonObject, key: string, values: unknown): void {
  const old = Object.hasOwn(result, key) ? result[key] : undefined;
  if (values === null) delete result[key];
  else if (Array.isArray(old) && Array.isArray(values)) setEntry(result, key, removeFromList(old, values));
}

/** Merges the lists that come with a `$setElementOrder`, and takes both out of `patch`. */
function mergeOrderedLists(result: JsonObject, patch: JsonObject, schema: Schema): void {
  for (const directive of Object.keys(patch).filter((key) => key.startsWith(orderPrefix))) {
    const key = directive.slice(orderPrefix.length);
    const order = patch[directive];
    delete patch[directive];
    const rule = fieldRule(schema, key);
    const merged = mergeOrderedList(result[key], patch[key], order, {
      mergeKey: rule.mergeKey,
      mergeItem: itemMerger(rule),
      merges: rule.strategy === 'merge',
    });
    delete patch[key];
    if (merged !== undefined) setEntry(result, key, merged);
  }
}

function itemMerger(rule: Rule): (old: JsonObject, item: JsonObject) => JsonObject {
  return (old, item) => mergeMap(old, item, itemSchema(rule.schema));
}
