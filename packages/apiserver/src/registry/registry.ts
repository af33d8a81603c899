import { compareVersionNames } from './version-order.ts';
import type { Resource } from './resource.ts';

export interface GroupVersions {
  readonly group: string;
  /** Whether only CRDs put resources here. */
  readonly custom: boolean;
  /** The preferred version first. */
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

/** Every resource that is served, built in or defined by a CRD. */
export class Registry {
  readonly #builtin: readonly Resource[];
  readonly #custom = new Map<string, readonly Resource[]>();
  #groups: ReadonlyMap<string, GroupVersions> = new Map();
  #byPath = new Map<string, Resource>();
  #generation = 0;

  constructor(builtin: readonly Resource[]) {
    this.#builtin = builtin;
    this.#rebuild();
  }

  /** Moves with every change of what is served. */
  get generation(): number {
    return this.#generation;
  }

  /** All groups in discovery order: the built-in ones by priority, then those of CRDs by name. */
  groups(): Iterable<GroupVersions> {
    return this.#groups.values();
  }

  group(name: string): GroupVersions | undefined {
    return this.#groups.get(name);
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The resource of a kind; without `version`, or when that is not served, the preferred version's. */
  findKind(group: string, kind: string, version?: string): Resource | undefined {
    const versions = this.#groups.get(group)?.versions ?? [];
    const wanted = versions.filter((v) => v.version === version);
    for (const { resources } of [...wanted, ...versions]) {
      const found = resources.find((resource) => resource.kind === kind);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The resource that a collection holds, in its preferred version. */
  ofStorage(storageKey: string): Resource | undefined {
    const slash = storageKey.indexOf('/');
    const versions = this.#groups.get(storageKey.slice(0, slash))?.versions ?? [];
    for (const { resources } of versions) {
      const found = resources.find((resource) => resource.storageKey === storageKey);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** One resource for each collection: in the preferred version. */
  *stored(): Iterable<Resource> {
    const seen = new Set<string>();
    for (const { versions } of this.#groups.values()) {
      for (const resource of versions.flatMap((v) => v.resources)) {
        if (seen.has(resource.storageKey) || !resource.verbs.includes('list')) continue;
        seen.add(resource.storageKey);
        yield resource;
      }
    }
  }

  /** What a CRD serves from now on; nothing when `resources` is empty. */
  setCustom(crdName: string, resources: readonly Resource[]): void {
    if (resources.length === 0) this.#custom.delete(crdName);
    else this.#custom.set(crdName, resources);
    this.#rebuild();
  }

  #rebuild(): void {
    this.#generation += 1;
    const custom = [...this.#custom.values()].flat();
    const all = [...this.#builtin, ...custom];
    this.#byPath = new Map(all.map((r) => [`${r.group}/${r.version}/${r.plural}`, r]));
    const builtinGroups = [...new Set(this.#builtin.map((r) => r.group))];
    const customGroups = [...new Set(custom.map((r) => r.group))].filter((g) => !builtinGroups.includes(g)).sort();
    this.#groups = new Map(
      [...builtinGroups, ...customGroups].map((group) => [
        group,
        groupVersions(group, all, customGroups.includes(group)),
      ]),
    );
  }
}

function groupVersions(group: string, all: readonly Resource[], custom: boolean): GroupVersions {
  const own = all.filter((resource) => resource.group === group);
  const versions = [...new Set(own.map((resource) => resource.version))].sort(compareVersionNames);
  return {
    group,
    custom,
    versions: versions.map((version) => ({
      version,
      resources: own.filter((r) => r.version === version).sort((a, b) => (a.plural < b.plural ? -1 : 1)),
    })),
  };
}
