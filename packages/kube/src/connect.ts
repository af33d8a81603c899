import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { apiVersionOf, type KubeObject, type ObjectKey } from '@sluice/api';
import {
  KubeError,
  type Identity,
  type KubeClient,
  type KubeList,
  type ListOptions,
  type PatchOptions,
  type Resource,
  type WatchEvent,
} from './client.ts';
import type { Connection } from './connection.ts';
import { createDiscovery } from './discovery.ts';
import { objectPath, queryOf, resourcePath } from './paths.ts';
import { statusError } from './status.ts';
import {
  ConnectionError,
  createTransport,
  type HttpRequest,
  type HttpResponse,
  type RequestOutcome,
  type Transport,
} from './transport.ts';
import { readWatch } from './watch-stream.ts';

const pageSize = 500;
const maxAttempts = 5;
const metadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const metadataOne = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/**
 * @param userAgent names the program in the server's logs, such as `source-controller/0.1.0`
 * @param options `onRequest`: told of each request, such as by `requestCounter` of the runtime
 */
export function connectKube(
  connection: Connection,
  userAgent: string,
  options: { readonly onRequest?: (outcome: RequestOutcome) => void } = {},
): KubeClient {
  const transport = createTransport(connection, userAgent, options.onRequest);
  const read = async (path: string, signal?: AbortSignal): Promise<unknown> => {
    const response = await sendWithRetry(transport, { method: 'GET', path, ...(signal && { signal }) });
    return response.status === 404 ? undefined : parseBody(response);
  };
  return clientOver(transport, createDiscovery(read), undefined);
}

function clientOver(
  transport: Transport,
  discovery: ReturnType<typeof createDiscovery>,
  identity: Identity | undefined,
): KubeClient {
  const headers = impersonationHeaders(identity);
  const send = (request: HttpRequest) => sendWithRetry(transport, { ...request, headers });
  const call = async <T>(request: HttpRequest): Promise<T> => parseBody(await send(request)) as T;

  return {
    resource: (gvk, signal) => discovery.resource(gvk, signal),
    async get<T extends KubeObject>(
      resource: Resource,
      key: ObjectKey,
      options: { metadataOnly?: boolean; signal?: AbortSignal } = {},
    ): Promise<T | undefined> {
      const response = await send({
        method: 'GET',
        path: objectPath(resource, key),
        accept: options.metadataOnly === true ? metadataOne : undefined,
        signal: options.signal,
      });
      return response.status === 404 ? undefined : (parseBody(response) as T);
    },
    async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<KubeList<T>> {
      const items: T[] = [];
      let next: string | undefined;
      for (;;) {
        const path = listPath(resource, options, { limit: pageSize, continue: next });
        const page = await call<ListBody<T>>({
          method: 'GET',
          path,
          accept: listAccept(options),
          signal: options.signal,
        });
        for (const item of page.items) items.push(withType(item, resource));
        next = page.metadata.continue;
        if (next === undefined || next === '') return { items, resourceVersion: page.metadata.resourceVersion };
      }
    },
    watch<T extends KubeObject>(resource: Resource, resourceVersion: string, options: ListOptions = {}) {
      return watchFrom<T>(transport, headers, resource, resourceVersion, options);
    },
    create: (resource, object, options = {}) =>
      call({
        method: 'POST',
        path: `${resourcePath(resource, { namespace: object.metadata.namespace ?? '' })}${writeQuery(options)}`,
        body: JSON.stringify(object),
        signal: options.signal,
      }),
    update: (resource, object, options = {}) =>
      call({
        method: 'PUT',
        path: `${objectPath(resource, { namespace: object.metadata.namespace ?? '', name: object.metadata.name }, options.subresource)}${writeQuery(options)}`,
        body: JSON.stringify(object),
        signal: options.signal,
      }),
    patch: (resource, key, patch, options) =>
      call({
        method: 'PATCH',
        path: `${objectPath(resource, key, options.subresource)}${patchQuery(options)}`,
        body: JSON.stringify(patch),
        contentType: patchTypes[options.type],
        signal: options.signal,
      }),
    async delete(resource, key, options = {}) {
      const { propagationPolicy, uid, resourceVersion, dryRun, signal } = options;
      const preconditions = {
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      };
      const body = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(propagationPolicy !== undefined && { propagationPolicy }),
        ...(Object.keys(preconditions).length > 0 && { preconditions }),
        ...(dryRun === true && { dryRun: ['All'] }),
      };
      const response = await send({
        method: 'DELETE',
        path: objectPath(resource, key),
        body: JSON.stringify(body),
        signal,
      });
      if (response.status !== 404) parseBody(response);
    },
    as: (other) => clientOver(transport, discovery, other),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

interface ListBody<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

function listPath(
  resource: Resource,
  options: ListOptions,
  more: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const { namespace = '', labelSelector, fieldSelector } = options;
  return `${resourcePath(resource, { namespace })}${queryOf({ labelSelector, fieldSelector, ...more })}`;
}

function listAccept(options: ListOptions): string | undefined {
  return options.metadataOnly === true ? metadataList : undefined;
}

/** The items of a list carry no apiVersion and kind of their own. */
function withType<T extends KubeObject>(item: T, resource: Resource): T {
  return { ...item, apiVersion: item.apiVersion ?? apiVersionOf(resource), kind: item.kind ?? resource.kind };
}

async function* watchFrom<T extends KubeObject>(
  transport: Transport,
  headers: HttpRequest['headers'],
  resource: Resource,
  resourceVersion: string,
  options: ListOptions,
): AsyncGenerator<WatchEvent<T>> {
  // Some minutes, and not the same for all: else every watch of a fleet reconnects at one moment.
  const timeoutSeconds = 240 + Math.floor(Math.random() * 240);
  const path = listPath(resource, options, { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds });
  const accept = options.metadataOnly === true ? metadataOne : undefined;
  const response = await transport.stream({
    method: 'GET',
    path,
    accept,
    ...(headers && { headers }),
    signal: options.signal,
  });
  try {
    if (response.statusCode !== 200) throw statusError(response.statusCode ?? 0, await bodyOf(response));
    for await (const event of readWatch<T>(response)) {
      yield event.type === 'BOOKMARK' ? event : { type: event.type, object: withType(event.object, resource) };
    }
  } catch (error) {
    if (error instanceof KubeError) throw error;
    options.signal?.throwIfAborted();
    throw new ConnectionError(`the watch of ${resource.plural} broke off`, { cause: error });
  } finally {
    response.destroy();
  }
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > 65_536) break;
  }
  return tryParseJson(text);
}

function writeQuery(options: { fieldManager?: string; dryRun?: boolean }): string {
  return queryOf({ fieldManager: options.fieldManager, dryRun: options.dryRun === true ? 'All' : undefined });
}

function patchQuery(options: PatchOptions): string {
  const { fieldManager, force, dryRun } = options;
  return queryOf({ fieldManager, force: force === true, dryRun: dryRun === true ? 'All' : undefined });
}

function impersonationHeaders(identity: Identity | undefined): Record<string, string | readonly string[]> {
  if (identity === undefined) return {};
  const groups = identity.groups ?? [];
  return { 'impersonate-user': identity.user, ...(groups.length > 0 && { 'impersonate-group': groups }) };
}

/**
 * Sends again what the server refused because it is busy (429, and 503 with Retry-After), and reads whose connection
 * broke. A write whose connection broke is not sent again: it may have landed.
 */
async function sendWithRetry(transport: Transport, request: HttpRequest): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    let waitMs: number;
    try {
      const response = await transport.request(request);
      const busy = response.status === 429 || (response.status === 503 && response.retryAfterSeconds !== undefined);
      if (!busy || attempt === maxAttempts) return response;
      waitMs = Math.min(response.retryAfterSeconds ?? 1, 30) * 1000;
    } catch (error) {
      if (!(error instanceof ConnectionError) || request.method !== 'GET' || attempt === 3) throw error;
      waitMs = 100 * 2 ** attempt;
    }
    await delay(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
  }
}

function parseBody(response: HttpResponse): unknown {
  const body = tryParseJson(response.body);
  if (response.status >= 200 && response.status < 300) return body;
  throw statusError(response.status, body, response.retryAfterSeconds);
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: a proxy's page; the status code says enough
  }
}
