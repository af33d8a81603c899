import type { KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { notFound, StatusError } from '../errors.ts';
import { applyObject } from '../operations/apply.ts';
import type { WriteContext } from '../operations/context.ts';
import { checkName } from '../operations/identity.ts';
import { patchObject, type PatchType } from '../operations/patch.ts';
import { updateObject } from '../operations/update.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { respondObject } from '../represent/respond.ts';
import { storeKey } from '../store/store.ts';
import { parseApplyBody, parsePatchBody } from './body.ts';
import type { ApiRequest, ApiResponse } from './messages.ts';
import { parseMediaType } from './negotiate.ts';
import { writeContext } from './options.ts';
import { replyOf, type ResourceRequest } from './target.ts';

const patchTypes = new Map<string, PatchType | 'apply'>([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

/** The kind of patch that a request sends. @throws StatusError 415 when the resource does not take it */
export function patchTypeOf(request: ApiRequest, { custom }: Resource): PatchType | 'apply' {
  const type = patchTypes.get(parseMediaType(request.header('content-type') ?? '').type);
  if (type !== undefined && !(custom && type === 'strategic')) return type;
  if (!custom) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  const types = [...patchTypes.keys()].filter((name) => !name.includes('strategic'));
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  );
}

/** The options of a patch. @throws StatusError 422 */
export function patchContext(
  core: Core,
  { request, subresource }: ResourceRequest,
  type: PatchType | 'apply',
): WriteContext {
  return writeContext(request, {
    kind: 'PatchOptions',
    patch: type === 'apply' ? 'apply' : 'other',
    subresource: subresource?.name ?? '',
    now: core.now(),
  });
}

/** Changes an object by a patch. @throws StatusError */
export async function patchHandler(core: Core, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource } = target;
  const type = patchTypeOf(request, resource);
  const reply = replyOf(core, target);
  const context = patchContext(core, target, type);
  const text = (await request.readBody()).toString('utf8');
  if (type === 'apply') {
    const body = parseApplyBody(text, context);
    const { object, created } = applyObject(core, resource, path, body, context);
    return respondObject(reply, resource, object, { code: created ? 201 : 200, warnings: context.warnings });
  }
  const patch = { type, ...parsePatchBody(text) };
  const key = storeKey(resource.namespaced ? path.namespace : '', path.name);
  const stored = core.store.collection(resource.storageKey).get(key);
  if (stored === undefined) throw notFound(resource, path.name);
  const old: KubeObject = resource.strategy.read(stored);
  const draft: Draft = patchObject(resource, old, patch, context);
  checkName(draft, path.name);
  const object = updateObject(core, resource, { old, draft, tracked: false, isPatch: true }, context);
  return respondObject(reply, resource, object, { warnings: context.warnings });
}
