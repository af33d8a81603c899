import { createHash } from 'node:crypto';
import type { ApiRequest, ApiResponse } from '../http/messages.ts';
import { parseAccept, type MediaType } from '../http/negotiate.ts';
import type { JsonRecord } from '../json.ts';
import type { GroupVersions, Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';

const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether the client's first usable clause asks for the aggregated document. */
export function wantsAggregated(accept: string | undefined): boolean {
  for (const clause of parseAccept(accept)) {
    if (isAggregated(clause)) return true;
    if (['application/json', 'application/yaml', '*/*'].includes(clause.type) && !clause.parameters.has('as'))
      return false;
  }
  return false;
}

function isAggregated({ type, parameters }: MediaType): boolean {
  return (
    type === 'application/json' &&
    parameters.get('as') === 'APIGroupDiscoveryList' &&
    parameters.get('g') === 'apidiscovery.k8s.io' &&
    parameters.get('v') === 'v2'
  );
}

/** `GET /api` or `GET /apis` as one document with everything below it. */
export function aggregatedResponse(registry: Registry, root: 'api' | 'apis', request: ApiRequest): ApiResponse {
  const groups = [...registry.groups()].filter(({ group }) => (group === '') === (root === 'api'));
  const items = groups.map(groupItem);
  const body = `${JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items })}\n`;
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.header('if-none-match') === etag) return { code: 304, headers };
  return { code: 200, headers: { ...headers, 'content-type': contentType }, body };
}

function groupItem({ group, versions }: GroupVersions): JsonRecord {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(({ version, resources }) => ({
      version,
      freshness: 'Current',
      resources: resources.map(resourceItem),
    })),
  };
}

function resourceItem(resource: Resource): JsonRecord {
  const { plural, namespaced, singular, verbs, shortNames, categories, subresources } = resource;
  return {
    resource: plural,
    responseKind: ownKind(resource),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: sub.kind ?? ownKind(resource),
            verbs: sub.verbs,
          })),
        }),
  };
}

/** Built-in kinds leave group and version to the enclosing entry. */
function ownKind({ custom, group, version, kind }: Resource): JsonRecord {
  return custom ? { group, version, kind } : { group: '', version: '', kind };
}
