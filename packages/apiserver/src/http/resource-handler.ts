import type { Core } from '../core.ts';
import { NotLoaded } from '../custom/engines.ts';
import { methodNotAllowed, notFound, resourceNotFound } from '../errors.ts';
import { createObject } from '../operations/create.ts';
import { decodeObject } from '../operations/decode.ts';
import { deleteObject } from '../operations/delete.ts';
import { checkName } from '../operations/identity.ts';
import { answerReview } from '../operations/reviews.ts';
import { getObject, listObjects } from '../operations/read.ts';
import { parseSelector } from '../operations/selectors.ts';
import { updateObject, storageConflict } from '../operations/update.ts';
import { respondList, respondObject } from '../represent/respond.ts';
import { storeKey } from '../store/store.ts';
import { readObjectBody } from './body.ts';
import { respondDeletion, readDeleteOptions } from './delete-options.ts';
import { readListRequest, waitForVersion } from './list-options.ts';
import type { ApiResponse } from './messages.ts';
import { writeContext } from './options.ts';
import { patchHandler } from './patch-handler.ts';
import { scaleHandler } from './scale-handler.ts';
import { replyOf, type ResourceRequest } from './target.ts';
import { watchHandler, type WatchSettings } from './watch-handler.ts';

export interface HandlerDeps {
  readonly core: Core;
  readonly watches: WatchSettings;
}

type Handler = (deps: HandlerDeps, target: ResourceRequest) => ApiResponse | Promise<ApiResponse>;

const handlers: Readonly<Record<string, Handler>> = {
  get: getHandler,
  list: listHandler,
  watch: (deps, target) => watchHandler(deps.core, deps.watches, target),
  create: createHandler,
  update: updateHandler,
  patch: ({ core }, target) => patchHandler(core, target),
  delete: deleteHandler,
  deletecollection: deleteCollectionHandler,
};

/** Carries out a request on objects. @throws StatusError */
export async function handleResource(deps: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  for (;;) {
    try {
      return await handleVerb(deps, target);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      // Nothing was stored yet, so the request can begin again.
      await error.load();
    }
  }
}

async function handleVerb(deps: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  if (target.subresource?.name === 'scale') return await scaleHandler(deps.core, target);
  const handler = handlers[target.verb];
  if (handler === undefined) throw methodNotAllowed();
  return await handler(deps, target);
}

async function getHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource } = target;
  const reply = replyOf(core, target);
  await waitForVersion(core, request.query.get('resourceVersion') ?? '', 'get');
  return respondObject(reply, resource, getObject(core, resource, path.namespace, path.name));
}

async function listHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { path, resource } = target;
  const reply = replyOf(core, target);
  const list = readListRequest(target.request, resource, path.namespace);
  await waitForVersion(core, list.resourceVersion, 'list');
  return respondList(reply, resource, listObjects(core, resource, list));
}

async function createHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource, subresource } = target;
  // Tokens and evictions are not implemented: as on a server that does not know them.
  if (subresource !== undefined) throw resourceNotFound();
  const reply = replyOf(core, target);
  const context = writeContext(request, { kind: 'CreateOptions', subresource: '', now: core.now() });
  const draft = decodeObject(resource, await readObjectBody(request, resource), context);
  const review = answerReview(resource, draft, context);
  if (review !== undefined) return respondObject(reply, resource, review, { code: 201 });
  const object = createObject(core, resource, { namespace: path.namespace, draft, tracked: false }, context);
  return respondObject(reply, resource, object, { code: 201, warnings: context.warnings });
}

async function updateHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource, subresource } = target;
  const reply = replyOf(core, target);
  const context = writeContext(request, {
    kind: 'UpdateOptions',
    subresource: subresource?.name ?? '',
    now: core.now(),
  });
  const draft = decodeObject(resource, await readObjectBody(request, resource), context);
  checkName(draft, path.name);
  const key = storeKey(resource.namespaced ? path.namespace : '', path.name);
  const stored = core.store.collection(resource.storageKey).get(key);
  if (stored !== undefined) {
    const old = resource.strategy.read(stored);
    const object = updateObject(core, resource, { old, draft, tracked: false, isPatch: false }, context);
    return respondObject(reply, resource, object, { warnings: context.warnings });
  }
  if (!resource.strategy.createsOnUpdate || subresource !== undefined) throw notFound(resource, path.name);
  const uid = draft.metadata.uid;
  if (typeof uid === 'string' && uid !== '') throw storageConflict(resource, { name: path.name }, uid, '');
  delete draft.metadata.resourceVersion;
  const object = createObject(core, resource, { namespace: path.namespace, draft, tracked: false }, context);
  return respondObject(reply, resource, object, { code: 201, warnings: context.warnings });
}

async function deleteHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { path, resource } = target;
  const reply = replyOf(core, target);
  const { options, context } = await readDeleteOptions(core, target);
  const deletion = deleteObject(core, resource, path, options, context);
  return respondDeletion(reply, resource, deletion, options);
}

async function deleteCollectionHandler({ core }: HandlerDeps, target: ResourceRequest): Promise<ApiResponse> {
  const { request, path, resource } = target;
  const reply = replyOf(core, target);
  const { query } = request;
  const selector = parseSelector(resource, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
  const { options, context } = await readDeleteOptions(core, target);
  const list = listObjects(core, resource, {
    namespace: path.namespace,
    selector,
    limit: 0,
    continueToken: '',
    resourceVersion: '',
    resourceVersionMatch: '',
  });
  for (const { metadata } of list.items) {
    deleteObject(core, resource, { namespace: metadata.namespace ?? '', name: metadata.name }, options, context);
  }
  return respondList(reply, resource, list);
}
