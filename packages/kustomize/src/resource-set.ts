import { KustomizeError } from './errors.ts';
import { idKey, idText, sameId, type ResId } from './gvk.ts';
import { LimitError } from './limits.ts';
import { alreadyRegistered } from './read-resources.ts';
import type { Resource } from './resource.ts';

/** Resources in insertion order; no two have the same current id when they are added (engine §6.4, §7). */
export class ResourceSet {
  #list: Resource[] = [];
  /** Current ids of the list; dropped by everything that may rename. */
  #ids: Set<string> | undefined;
  readonly #maxSize: number;

  constructor(maxSize: number = Number.POSITIVE_INFINITY) {
    this.#maxSize = maxSize;
  }

  get list(): readonly Resource[] {
    return this.#list;
  }

  /** Must be called after resources were changed, before more are added. */
  changed(): void {
    this.#ids = undefined;
  }

  append(resource: Resource): void {
    this.#ids ??= new Set(this.#list.map((other) => idKey(other.currentId())));
    const key = idKey(resource.currentId());
    if (this.#ids.has(key)) throw alreadyRegistered(resource);
    this.#ids.add(key);
    this.#list.push(resource);
    if (this.#list.length > this.#maxSize) throw new LimitError(`more than ${this.#maxSize} resources`);
  }

  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource);
  }

  /** Puts another list in place of this one. */
  replaceAll(list: readonly Resource[]): void {
    this.#list = [...list];
    this.changed();
  }

  /** Puts `next` where `old` is. */
  replace(old: Resource, next: Resource): void {
    this.#list = this.#list.map((resource) => (resource === old ? next : resource));
    this.changed();
  }

  /** @throws KustomizeError when two resources have the same current id, which changes may have brought about */
  checkIds(): void {
    const list = this.#list;
    this.replaceAll([]);
    this.appendAll(list);
  }

  dropEmpty(): void {
    if (this.#list.some((resource) => resource.isEmpty))
      this.replaceAll(this.#list.filter((resource) => !resource.isEmpty));
  }

  /** Those of which any previous id or the current one matches. */
  matchingAnyId(matches: (id: ResId) => boolean): Resource[] {
    return this.#list.filter((resource) => !resource.isEmpty && resource.allIds().some(matches));
  }

  /** The only resource that is or was called `id`: the target of a patch. */
  only(id: ResId): Resource {
    const found = this.matchingAnyId((candidate) => sameId(candidate, id));
    const [first] = found;
    if (first !== undefined && found.length === 1) return first;
    const problem = found.length === 0 ? 'no matches' : 'multiple matches';
    const text = `${problem} for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`;
    throw new KustomizeError(text, { hint: found.length === 0 ? nearest(this.#list, id) : undefined });
  }
}

function nearest(list: readonly Resource[], id: ResId): string | undefined {
  const sameName = list.filter((resource) => resource.name === id.name || resource.originalId().name === id.name);
  if (sameName.length === 0) return `no resource is called '${id.name}'`;
  return `there is ${sameName.map((resource) => idText(resource.currentId())).join(', ')}`;
}
