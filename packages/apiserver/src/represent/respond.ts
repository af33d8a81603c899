import { apiVersionOf, type KubeObject } from '@sluice/api';
import { stringify, type Data } from '@sluice/manifest';
import { StatusError, statusOf } from '../errors.ts';
import type { ApiRequest, ApiResponse } from '../http/messages.ts';
import type { Representation } from '../http/negotiate.ts';
import type { JsonRecord } from '../json.ts';
import { writeJson } from '../json-text.ts';
import type { ObjectList } from '../operations/read.ts';
import type { Resource } from '../registry/resource.ts';
import { partialObject } from './partial.ts';
import { parseIncludeObject, tableOf, type TableRequest } from './table.ts';
import { warningHeaders } from './warnings.ts';

/** How one request wants its answer. */
export interface Reply {
  readonly representation: Representation;
  readonly table: TableRequest;
}

export function replyFor(request: ApiRequest, representation: Representation, now: Date): Reply {
  const { as, metaVersion } = representation;
  // Only tables look at it, and only they refuse a bad value.
  const includeObject = as === 'Table' ? parseIncludeObject(request.query.get('includeObject') ?? '') : 'Metadata';
  return { representation, table: { metaVersion, includeObject, now } };
}

/** One object, transformed as asked. @throws StatusError 406 */
export function respondObject(
  { representation, table }: Reply,
  resource: Resource,
  object: KubeObject,
  { code = 200, warnings = new Set<string>() }: { code?: number; warnings?: ReadonlySet<string> } = {},
): ApiResponse {
  const { as, metaVersion } = representation;
  if (as === 'PartialObjectMetadataList') {
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (*${goType(resource, resource.kind)})`,
    );
  }
  if (as === 'Table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
    return encode(representation, tableOf(resource, [object], metadata, table), code, warnings);
  }
  const body = as === undefined ? object : partialObject(object, metaVersion);
  return encode(representation, body, code, warnings);
}

export function respondList({ representation, table }: Reply, resource: Resource, list: ObjectList): ApiResponse {
  const { as, metaVersion } = representation;
  const metadata = {
    resourceVersion: list.resourceVersion,
    ...(list.continueToken === '' && (!resource.custom || as !== undefined) ? {} : { continue: list.continueToken }),
    ...(list.remaining === undefined ? {} : { remainingItemCount: list.remaining }),
  };
  if (as === 'PartialObjectMetadata') {
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goType(resource, resource.listKind)})`,
    );
  }
  if (as === 'Table') return encode(representation, tableOf(resource, list.items, metadata, table));
  if (as === 'PartialObjectMetadataList') {
    const items = list.items.map((object) => partialObject(object, metaVersion));
    return encode(representation, { kind: as, apiVersion: `meta.k8s.io/${metaVersion}`, metadata, items });
  }
  const items = resource.custom ? list.items : list.items.map(withoutKind);
  return encode(representation, { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata, items });
}

/** Typed lists name the kind once, for the whole list. */
function withoutKind(object: KubeObject): JsonRecord {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function goType({ group, custom }: Resource, kind: string): string {
  if (custom) return kind.endsWith('List') ? 'unstructured.UnstructuredList' : 'unstructured.Unstructured';
  return `${group === '' ? 'core' : group.split('.')[0]}.${kind}`;
}

function notAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

const plainJson: Representation = { format: 'json', as: undefined, metaVersion: 'v1', pretty: false };

/** The Status of an error, in the format that the client asked for where that could be told. */
export function respondError(error: StatusError, representation: Representation = plainJson): ApiResponse {
  const response = encode(representation, statusOf(error), error.code);
  const retryAfter = error.details?.retryAfterSeconds ?? 0;
  if (retryAfter === 0) return response;
  return { ...response, headers: { ...response.headers, 'retry-after': String(retryAfter) } };
}

/** Any value in the negotiated format. */
export function encode(
  { format, pretty }: Pick<Representation, 'format' | 'pretty'>,
  value: unknown,
  code = 200,
  warnings: ReadonlySet<string> = new Set(),
): ApiResponse {
  const body = format === 'yaml' ? yamlOf(value) : `${writeJson(value, pretty ? 2 : undefined)}\n`;
  return {
    code,
    headers: {
      'content-type': `application/${format}`,
      'cache-control': 'no-cache, private',
      ...(warnings.size === 0 ? {} : { warning: warningHeaders(warnings) }),
    },
    body,
  };
}

function yamlOf(value: unknown): string {
  // Everything that is sent is JSON.
  return stringify(value as Data);
}

/** Text of the plain handlers. */
export function respondText(code: number, body: string): ApiResponse {
  return {
    code,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache, private',
    },
    body,
  };
}
