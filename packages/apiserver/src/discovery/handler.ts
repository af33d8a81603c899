import { methodNotAllowed, resourceNotFound } from '../errors.ts';
import type { ApiRequest, ApiResponse } from '../http/messages.ts';
import { negotiate } from '../http/negotiate.ts';
import type { PlainHandler } from '../http/router.ts';
import type { JsonRecord } from '../json.ts';
import type { Registry } from '../registry/registry.ts';
import { encode } from '../represent/respond.ts';
import { aggregatedResponse, wantsAggregated } from './aggregated.ts';
import { coreVersions, groupDocument, groupList, resourceList } from './legacy.ts';

/** Answers `/api`, `/api/v1`, `/apis`, `/apis/{group}` and `/apis/{group}/{version}`. */
export function discoveryHandler(registry: Registry): PlainHandler {
  return (request, segments) => {
    const [root, first, second] = segments;
    if (root === 'api' && segments.length === 1) {
      return respond(request, 'api', () => coreVersions(request.remoteHost));
    }
    if (root === 'apis' && segments.length === 1) return respond(request, 'apis', () => groupList(registry));
    if (root === 'api' && segments.length === 2) return versionDocument(registry, request, '', first ?? '');
    if (root === 'apis' && segments.length === 2) {
      const group = registry.group(first ?? '');
      return group === undefined || first === '' ? undefined : respond(request, undefined, () => groupDocument(group));
    }
    if (root === 'apis' && segments.length === 3) return versionDocument(registry, request, first ?? '', second ?? '');
    return undefined;
  };

  function respond(
    request: ApiRequest,
    aggregate: 'api' | 'apis' | undefined,
    document: () => JsonRecord,
  ): ApiResponse {
    if (request.method !== 'GET') throw methodNotAllowed();
    const accept = request.header('accept');
    if (aggregate !== undefined && wantsAggregated(accept)) return aggregatedResponse(registry, aggregate, request);
    return encode(
      negotiate(accept, { literal: true, watch: false, pretty: request.query.get('pretty') === 'true' }),
      document(),
    );
  }

  function versionDocument(
    source: Registry,
    request: ApiRequest,
    group: string,
    version: string,
  ): ApiResponse | undefined {
    const found = source.group(group);
    if (found === undefined) return undefined;
    const served = found.versions.find((candidate) => candidate.version === version);
    if (served !== undefined) return respond(request, undefined, () => resourceList(group, version, served.resources));
    if (found.custom) return undefined;
    throw resourceNotFound();
  }
}
