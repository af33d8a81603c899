import { apiVersionOf } from '@sluice/api';
import type { JsonRecord } from '../json.ts';
import type { GroupVersions, Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';

/** `GET /api` */
export function coreVersions(host: string): JsonRecord {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
  };
}

/** `GET /apis` */
export function groupList(registry: Registry): JsonRecord {
  const groups = [...registry.groups()].filter(({ group }) => group !== '').map(groupOf);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `GET /apis/{group}` */
export function groupDocument(group: GroupVersions): JsonRecord {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
}

function groupOf({ group, versions }: GroupVersions): JsonRecord {
  const entries = versions.map(({ version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** `GET /api/v1` and `GET /apis/{group}/{version}` */
export function resourceList(group: string, version: string, resources: readonly Resource[]): JsonRecord {
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.flatMap((resource) => [resourceEntry(resource), ...subresourceEntries(resource)]),
  };
}

function resourceEntry(resource: Resource): JsonRecord {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function subresourceEntries({ plural, namespaced, kind, subresources }: Resource): JsonRecord[] {
  return subresources.map((sub) => ({
    name: `${plural}/${sub.name}`,
    singularName: '',
    namespaced,
    ...(sub.kind === undefined ? {} : { group: sub.kind.group, version: sub.kind.version }),
    kind: sub.kind?.kind ?? kind,
    verbs: sub.verbs,
  }));
}
