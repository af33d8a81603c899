import { createHash } from 'node:crypto';
import { StatusError } from '../errors.ts';
import type { ApiRequest, ApiResponse } from '../http/messages.ts';
import { parseAccept } from '../http/negotiate.ts';
import type { PlainHandler } from '../http/router.ts';
import { writeJson } from '../json-text.ts';
import type { GroupVersions, Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { buildDocument } from './document.ts';

const jsonTypes = new Set(['application/json', '*/*', 'application/*']);
const yearMs = 365 * 24 * 3_600_000;

/** Answers `/openapi/v3`, the documents below it, and `/openapi/v2`, which is not served. */
export function openApiHandler(registry: Registry, now: () => Date): PlainHandler {
  let rootState = { generation: -1, modified: now() };
  return (request, segments) => {
    const [first, version, ...rest] = segments;
    if (first !== 'openapi' || request.method !== 'GET') return undefined;
    if (version === 'v2' && rest.length === 0) return refuseV2(request);
    if (version !== 'v3') return undefined;
    if (rest.length === 0) return root(request);
    return document(request, rest);
  };

  function root(request: ApiRequest): ApiResponse {
    if (rootState.generation !== registry.generation) rootState = { generation: registry.generation, modified: now() };
    const lastModified = rootState.modified.toUTCString();
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'last-modified': lastModified };
    const since = Date.parse(request.header('if-modified-since') ?? '');
    if (since >= Date.parse(lastModified)) return { code: 304, headers };
    const paths: Record<string, unknown> = {};
    for (const place of places(registry)) {
      paths[place.path] = { serverRelativeURL: `/openapi/v3/${place.path}?hash=${place.hash}` };
    }
    return { code: 200, headers, body: `${JSON.stringify({ paths })}\n` };
  }

  function document(request: ApiRequest, rest: readonly string[]): ApiResponse {
    const path = rest.join('/');
    const found = places(registry).find((place) => place.path === path);
    if (found === undefined) return { code: 404, headers: {}, body: '' };
    if (!parseAccept(request.header('accept')).some(({ type }) => jsonTypes.has(type)))
      return { code: 406, headers: {}, body: '' };
    const asked = request.query.get('hash');
    if (asked !== null && asked !== found.hash) {
      return { code: 301, headers: { location: `/openapi/v3/${path}?hash=${found.hash}` }, body: '' };
    }
    const etag = `"${found.hash}"`;
    const lasting = { 'cache-control': 'public, immutable', expires: new Date(now().getTime() + yearMs).toUTCString() };
    const headers = { etag, vary: 'Accept', ...(asked === null ? { 'cache-control': 'no-cache, private' } : lasting) };
    if (request.header('if-none-match') === etag) return { code: 304, headers };
    const body = writeJson(buildDocument(found.group, found.version, found.resources));
    return { code: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
}

/** kubectl asks for this in protobuf only and does without it. */
function refuseV2(request: ApiRequest): ApiResponse {
  const wantsJson = parseAccept(request.header('accept')).some(({ type }) => jsonTypes.has(type));
  if (wantsJson) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
  throw new StatusError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
}

interface Place {
  /** `api/v1`, `apis/apps/v1`. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resources: readonly Resource[];
  /** Moves with the content: documents are built when they are asked for, their hash is needed before. */
  readonly hash: string;
}

function places(registry: Registry): Place[] {
  return [...registry.groups()].flatMap(({ group, versions }: GroupVersions) =>
    versions.map(({ version, resources }) => {
      const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
      const content = resources.map((resource) =>
        resource.custom ? [resource.plural, resource.openApiSchema] : resource.plural,
      );
      const hash = createHash('sha256')
        .update(writeJson([path, content]))
        .digest('hex')
        .toUpperCase();
      return { path, group, version, resources, hash };
    }),
  );
}
