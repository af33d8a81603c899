import { isRecord } from '@sluice/api';
import type { Resource } from './client.ts';

/** Reads a path of the API; `undefined` for 404. */
export type ReadPath = (path: string, signal?: AbortSignal) => Promise<unknown>;

/** The same miss is asked again at most this often: a CRD may come at any time, but a wrong kind must not become a request each. */
const missTtlMs = 2000;

/** What discovery tells about kinds, one group version at a time, kept until a kind is missing from it. */
export function createDiscovery(read: ReadPath, nowMs: () => number = () => performance.now()) {
  const groupVersions = new Map<string, Promise<readonly Resource[]>>();
  /** When a kind was last found to be missing, in monotonic milliseconds. */
  const misses = new Map<string, number>();

  async function resourcesOf(
    group: string,
    version: string,
    fresh: boolean,
    signal?: AbortSignal,
  ): Promise<readonly Resource[]> {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const known = groupVersions.get(path);
    if (known !== undefined && !fresh) return known;
    const lookup = read(path, signal).then((body) => parseResourceList(body, group, version));
    groupVersions.set(path, lookup);
    lookup.catch(() => groupVersions.delete(path));
    return lookup;
  }

  async function findIn(
    group: string,
    version: string,
    kind: string,
    signal?: AbortSignal,
  ): Promise<Resource | undefined> {
    const ofKind = (resource: Resource) => resource.kind === kind;
    const known = (await resourcesOf(group, version, false, signal)).find(ofKind);
    const name = `${group}/${version}/${kind}`;
    // That the group version was read a moment ago says little: its CRDs come one after another.
    if (known !== undefined || nowMs() - (misses.get(name) ?? -Infinity) < missTtlMs) return known;
    const found = (await resourcesOf(group, version, true, signal)).find(ofKind);
    if (found === undefined) misses.set(name, nowMs());
    else misses.delete(name);
    return found;
  }

  return {
    /** Without a version, the group's preferred one that serves the kind. */
    async resource(
      gvk: { group: string; version?: string; kind: string },
      signal?: AbortSignal,
    ): Promise<Resource | undefined> {
      if (gvk.version !== undefined) return findIn(gvk.group, gvk.version, gvk.kind, signal);
      if (gvk.group === '') return findIn('', 'v1', gvk.kind, signal);
      for (const version of parseGroupVersions(await read(`/apis/${gvk.group}`, signal))) {
        const found = await findIn(gvk.group, version, gvk.kind, signal);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function parseResourceList(body: unknown, group: string, version: string): Resource[] {
  return listOf(body, 'resources').flatMap((item) => {
    const { name, kind, namespaced, verbs } = item;
    // A slash makes it a subresource.
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return [];
    return [
      {
        group,
        version,
        kind,
        plural: name,
        namespaced: namespaced === true,
        verbs: Array.isArray(verbs) ? verbs.map(String) : [],
      },
    ];
  });
}

/** Versions of a group, the preferred one first. */
function parseGroupVersions(body: unknown): string[] {
  const versions = listOf(body, 'versions').map((item) => String(item['version']));
  const preferred =
    isRecord(body) && isRecord(body['preferredVersion']) ? String(body['preferredVersion']['version']) : '';
  return versions.toSorted((a, b) => Number(b === preferred) - Number(a === preferred));
}

function listOf(body: unknown, field: string): Record<string, unknown>[] {
  const list = isRecord(body) ? body[field] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
