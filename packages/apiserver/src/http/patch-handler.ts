import { applyJsonPatch, PatchError } from '@sluice/json-patch';
import type { Core } from '../core.ts';
import { badRequest, notFound, plainError, StatusError, tooLarge } from '../errors.ts';
import { parseJson } from '../json-text.ts';
import { deepCopy, isRecord, type JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import { checkName } from '../operations/identity.ts';
import { updateObject } from '../operations/update.ts';
import type { Resource } from '../registry/resource.ts';
import { respondObject } from '../represent/respond.ts';
import { storeKey } from '../store/store.ts';
import { jsonProblem } from './body.ts';
import type { ApiResponse } from './messages.ts';
import { parseMediaType } from './negotiate.ts';
import { writeContext } from './options.ts';
import { replyOf, type ResourceRequest } from './resource-handler.ts';

/** Changes an object by a patch. @throws StatusError */
export async function patchHandler(core: Core, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource, subresource } = target;
  const reply = replyOf(core, target);
  const { type } = parseMediaType(request.header('content-type') ?? '');
  const context = writeContext(request, {
    kind: 'PatchOptions',
    patch: type === 'application/apply-patch+yaml' ? 'apply' : 'other',
    subresource: subresource?.name ?? '',
    now: core.now(),
  });
  const text = (await request.readBody()).toString('utf8');
  const stored = core.store
    .collection(resource.storageKey)
    .get(storeKey(resource.namespaced ? path.namespace : '', path.name));
  if (stored === undefined) throw notFound(resource, path.name);
  const old = resource.strategy.read(stored);
  const patched = patch(type, text, old);
  const draft = decodePatched(resource, patched, context);
  checkName(draft, path.name);
  const object = updateObject(core, resource, { old, draft, tracked: false, isPatch: true }, context);
  return respondObject(reply, resource, object, { warnings: context.warnings });
}

function decodePatched(resource: Resource, patched: JsonRecord, context: WriteContext) {
  void context;
  const draft = resource.strategy.decode(patched, []);
  resource.strategy.applyDefaults(draft);
  return draft;
}

function patch(type: string, text: string, old: unknown): JsonRecord {
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${jsonProblem(text, error)}`);
  }
  try {
    const result =
      type === 'application/json-patch+json' ? applyJsonPatch(deepCopy(old), document) : mergePatch(old, document);
    if (!isRecord(result)) throw badRequest('Invalid JSON Patch');
    return result;
  } catch (error) {
    if (error instanceof PatchError) throw statusOfPatch(error);
    throw error;
  }
}

function statusOfPatch({ problem, message }: PatchError): StatusError {
  switch (problem) {
    case 'invalid':
      return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    case 'format':
      return badRequest(message);
    case 'tooLarge':
      return tooLarge(message);
    case 'failed':
      return plainError(message);
  }
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: JsonRecord = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
