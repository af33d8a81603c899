import { methodNotAllowed, notFound, resourceNotFound, StatusError } from '../errors.ts';
import type { Resource } from '../registry/resource.ts';
import { respondError, respondText } from '../represent/respond.ts';
import { warningHeaders } from '../represent/warnings.ts';
import type { ApiRequest, ApiResponse, RequestSubject } from './messages.ts';
import { queryFlag } from './options.ts';
import { parseResourcePath, splitPath, type ResourcePath } from './path.ts';
import { handleResource, type HandlerDeps } from './resource-handler.ts';

/** Answers below these paths that are not about objects. `undefined`: not theirs. */
export type PlainHandler = (request: ApiRequest, segments: readonly string[]) => ApiResponse | undefined;

export const pageNotFound = respondText(404, '404 page not found\n');

/** Finds out what a request is about and carries it out. @throws StatusError */
export async function route(
  deps: HandlerDeps,
  plain: readonly PlainHandler[],
  request: ApiRequest,
): Promise<ApiResponse> {
  const segments = splitPath(request.path);
  if (segments === undefined) return pageNotFound;
  for (const handler of plain) {
    const response = handler(request, segments);
    if (response !== undefined) return response;
  }
  const place = groupAndVersion(segments);
  if (place === undefined) return pageNotFound;
  const found = deps.core.registry.group(place.group);
  if (found === undefined) return pageNotFound;
  const path = parseResourcePath(place.group, place.version, place.rest);
  const resource = path === undefined ? undefined : deps.core.registry.find(path.group, path.version, path.plural);
  if (path === undefined || resource === undefined) {
    if (found.custom) return pageNotFound;
    throw resourceNotFound();
  }
  return await answer(deps, request, resource, path);
}

async function answer(
  deps: HandlerDeps,
  request: ApiRequest,
  resource: Resource,
  given: ResourcePath,
): Promise<ApiResponse> {
  const path = settlePath(resource, given, request.method);
  if (path === undefined) {
    if (resource.custom) return pageNotFound;
    throw resourceNotFound();
  }
  const about = subjectAt(request, path);
  try {
    const response = await handleMethod(deps, request, resource, path, about.verb);
    return { ...response, about };
  } catch (error) {
    if (error instanceof StatusError) return { ...respondError(error), about };
    throw error;
  }
}

async function handleMethod(
  deps: HandlerDeps,
  request: ApiRequest,
  resource: Resource,
  path: ResourcePath,
  verb: string,
): Promise<ApiResponse> {
  if (request.method === 'HEAD' && !resource.custom) return { ...respondError(methodNotAllowed()), body: '' };
  const subresource = resource.subresources.find((sub) => sub.name === path.subresource);
  if (path.subresource !== '' && subresource === undefined) {
    throw resource.custom ? notFound(resource, path.name) : resourceNotFound();
  }
  const allowed = subresource?.verbs ?? resource.verbs;
  // What discovery no longer offers for a CRD that is being deleted is still carried out, as far as it goes.
  if (!allowed.includes(verb) && resource.terminating !== true) throw methodNotAllowed();
  const response = await handleResource(deps, { request, path, resource, subresource, verb });
  return resource.warning === undefined ? response : withWarning(response, resource.warning);
}

function withWarning(response: ApiResponse, warning: string): ApiResponse {
  const others = response.headers.warning ?? [];
  const all = [...warningHeaders([warning]), ...(typeof others === 'string' ? [others] : others)];
  return { ...response, headers: { ...response.headers, warning: all } };
}

/** What a request is about, before it is carried out; `undefined` when it is not about objects. */
export function subjectOf({ core }: HandlerDeps, request: ApiRequest): RequestSubject | undefined {
  const segments = splitPath(request.path);
  const place = segments === undefined ? undefined : groupAndVersion(segments);
  if (place === undefined) return undefined;
  const given = parseResourcePath(place.group, place.version, place.rest);
  const resource = given === undefined ? undefined : core.registry.find(given.group, given.version, given.plural);
  const path = given === undefined || resource === undefined ? undefined : settlePath(resource, given, request.method);
  return path === undefined ? undefined : subjectAt(request, path);
}

function subjectAt(request: ApiRequest, path: ResourcePath): RequestSubject {
  const { group, plural, subresource, namespace, name } = path;
  return { verb: verbOf(request, path), group, resource: plural, subresource, namespace, name };
}

function groupAndVersion(segments: readonly string[]): { group: string; version: string; rest: string[] } | undefined {
  const [root, ...rest] = segments;
  if (root === 'api' && rest.length >= 1) return { group: '', version: rest[0] ?? '', rest: rest.slice(1) };
  if (root === 'apis' && rest.length >= 2) return { group: rest[0] ?? '', version: rest[1] ?? '', rest: rest.slice(2) };
  return undefined;
}

/** The path as this resource reads it; `undefined` when scope and path do not fit. */
function settlePath(resource: Resource, path: ResourcePath, method: string): ResourcePath | undefined {
  if (resource.plural === 'namespaces' && resource.group === '') return { ...path, namespace: '' };
  if (!resource.namespaced) return path.namespace === '' ? path : undefined;
  if (path.namespace !== '') return path;
  // Over all namespaces only a collection can be read.
  if (path.name !== '') return undefined;
  return method === 'GET' || method === 'HEAD' ? path : { ...path, namespace: '' };
}

function verbOf({ method, query }: ApiRequest, path: ResourcePath): string {
  const isCollection = path.name === '';
  switch (method) {
    case 'HEAD':
    case 'GET':
      if (!isCollection) return 'get';
      return queryFlag(query, 'watch') ? 'watch' : 'list';
    case 'POST':
      return isCollection || path.subresource !== '' ? 'create' : 'none';
    case 'PUT':
      return isCollection ? 'none' : 'update';
    case 'PATCH':
      return isCollection ? 'none' : 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      return 'none';
  }
}
