import { badRequest } from '../errors.ts';
import { isRecord, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';

/** Where a request points: the namespace and name of its URL. */
export interface Target {
  readonly namespace: string;
  /** `''` for a create. */
  readonly name: string;
}

/** Fills in and checks the namespace of an object against the URL. @throws StatusError 400 */
export function settleNamespace(resource: Resource, draft: Draft, namespace: string): void {
  const given = stringOf(draft.metadata.namespace);
  if (!resource.namespaced) {
    delete draft.metadata.namespace;
  } else if (given === '') {
    draft.metadata.namespace = namespace;
  } else if (given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Checks that an update keeps the name. @throws StatusError 400 */
export function checkName(draft: Draft, name: string): void {
  const given = stringOf(draft.metadata.name);
  if (given === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (given !== name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
}

/** Drops repeated owner references, with the warning that kube-apiserver gives. */
export function dedupeOwners(metadata: JsonRecord, warnings: Set<string>): void {
  const owners = metadata.ownerReferences;
  if (!Array.isArray(owners)) return;
  const seen = new Map<string, unknown>();
  const repeated = new Set<string>();
  for (const owner of owners.filter(isRecord)) {
    const text = canonicalText(owner);
    if (seen.has(text)) repeated.add(stringOf(owner.uid));
    else seen.set(text, owner);
  }
  if (repeated.size === 0) return;
  metadata.ownerReferences = [...seen.values()];
  warnings.add(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...repeated].join(', ')}`,
  );
}

function canonicalText(record: JsonRecord): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
