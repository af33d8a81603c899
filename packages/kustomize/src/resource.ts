import { copyNode } from '@sluice/manifest';
import { isBuiltinClusterScoped, type ScopeOf } from './cluster-scoped.ts';
import { KustomizeError } from './errors.ts';
import { apiVersionOf, effectiveNamespace, parseApiVersion, type Gvk, type ResId } from './gvk.ts';
import {
  addNoteItem,
  annotationOf,
  buildAnnotations,
  metaMap,
  metaText,
  noteItems,
  notes,
  setMetaMap,
} from './identity.ts';
import {
  clearField,
  isEmpty,
  newString,
  getOrCreateMap,
  peekField,
  setField,
  lookup,
  ScalarNode,
  textOf,
  type Node,
} from './tree.ts';

/** Where a resource was first read or generated. */
export interface ResourceOrigin {
  /** Path in the file tree, or URL; the kustomization file for generated ones. */
  readonly file: string;
  /** Line where its text begins, from 1. */
  readonly line: number;
}

/** One Kubernetes object being built: its tree, and an identity that remembers what it was called before (engine §6). */
export class Resource {
  /** Always a map; it may become empty, and then the resource is dropped. */
  root: Node;
  origin: ResourceOrigin;
  /** What `root` was parsed from; `''` when it was made. */
  text = '';
  /** Names of the vars that read from this resource. */
  vars: string[] = [];
  readonly #scopeOf: ScopeOf;

  constructor(root: Node, origin: ResourceOrigin, scopeOf: ScopeOf = isBuiltinClusterScoped) {
    this.root = root;
    this.origin = origin;
    this.#scopeOf = scopeOf;
  }

  get isEmpty(): boolean {
    return isEmpty(this.root);
  }

  get kind(): string {
    return textOf(peekField(this.root, 'kind'));
  }

  get apiVersion(): string {
    return textOf(peekField(this.root, 'apiVersion'));
  }

  get name(): string {
    return metaText(this.root, 'name');
  }

  /** As written; `''` when there is none. */
  get namespace(): string {
    return metaText(this.root, 'namespace');
  }

  get gvk(): Gvk {
    return { ...parseApiVersion(this.apiVersion), kind: this.kind };
  }

  get isClusterScoped(): boolean {
    return this.#scopeOf(this.gvk);
  }

  currentId(): ResId {
    const { gvk } = this;
    return { ...gvk, name: this.name, namespace: this.namespace, clusterScoped: this.#scopeOf(gvk) };
  }

  /** Oldest first. Group and version are always today's. */
  previousIds(): ResId[] {
    const names = annotationOf(this.root, notes.previousNames)?.split(',');
    if (names === undefined) return [];
    const namespaces = noteItems(this.root, notes.previousNamespaces);
    const kinds = noteItems(this.root, notes.previousKinds);
    if (names.length !== namespaces.length || names.length !== kinds.length) throw new KustomizeError(unequalNotes);
    const version = parseApiVersion(this.apiVersion);
    return names.map((name, i) => ({
      ...version,
      kind: kinds[i] ?? '',
      name,
      namespace: namespaces[i] ?? '',
      clusterScoped: false, // the stored namespace already says it
    }));
  }

  originalId(): ResId {
    return this.previousIds()[0] ?? this.currentId();
  }

  /** Previous ids, then the current one. */
  allIds(): ResId[] {
    return [...this.previousIds(), this.currentId()];
  }

  /** Remembers the current id before a change of name, namespace or kind. */
  pushPreviousId(): void {
    const id = this.currentId();
    addNoteItem(this.root, notes.previousNames, id.name);
    addNoteItem(this.root, notes.previousNamespaces, effectiveNamespace(id));
    addNoteItem(this.root, notes.previousKinds, id.kind);
  }

  addPrefix(prefix: string): void {
    addNoteItem(this.root, notes.prefixes, prefix);
  }

  addSuffix(suffix: string): void {
    addNoteItem(this.root, notes.suffixes, suffix);
  }

  get prefixes(): string[] {
    return noteItems(this.root, notes.prefixes);
  }

  get suffixes(): string[] {
    return noteItems(this.root, notes.suffixes);
  }

  annotations(): Map<string, string> {
    return metaMap(this.root, 'annotations');
  }

  setAnnotations(map: ReadonlyMap<string, string>): void {
    setMetaMap(this.root, 'annotations', map);
  }

  labels(): Map<string, string> {
    return metaMap(this.root, 'labels');
  }

  setLabels(map: ReadonlyMap<string, string>): void {
    setMetaMap(this.root, 'labels', map);
  }

  hasNote(key: string): boolean {
    return annotationOf(this.root, key) === 'enabled';
  }

  setNote(key: string, value = 'enabled'): void {
    this.setAnnotations(this.annotations().set(key, value));
  }

  setKind(kind: string): void {
    setField(this.root, 'kind', new ScalarNode(kind));
  }

  setApiVersion(gvk: Gvk): void {
    setField(this.root, 'apiVersion', new ScalarNode(apiVersionOf(gvk)));
  }

  setName(name: string): void {
    setField(getOrCreateMap(this.root, 'metadata'), 'name', new ScalarNode(name));
  }

  /** `''` removes the field. */
  setNamespace(namespace: string): void {
    if (namespace === '') clearField(lookup(this.root, 'metadata'), 'namespace');
    else setField(getOrCreateMap(this.root, 'metadata'), 'namespace', new ScalarNode(namespace));
  }

  copy(): Resource {
    const copy = new Resource(copyNode(this.root), this.origin, this.#scopeOf);
    copy.text = this.text;
    copy.vars = [...this.vars];
    return copy;
  }

  /** Takes over name, namespace, labels, annotations and history of the resource that this one replaces (engine §7.3). */
  takeMetadataOf(old: Resource): void {
    this.setLabels(new Map([...old.labels(), ...this.labels()]));
    this.setAnnotations(mergeAnnotations(old.annotations(), this.annotations()));
    this.setName(old.name);
    this.setNamespace(old.namespace);
    this.vars = [...old.vars];
  }
}

/** Text of `data` or `binaryData`; a null or a value that is no scalar counts as `''`. */
export function dataMap(resource: Resource, field: 'data' | 'binaryData'): Map<string, string> {
  const data = lookup(resource.root, field);
  const map = new Map<string, string>();
  if (data?.kind !== 'mapping') return map;
  for (let i = 0; i < data.items.length; i += 2) {
    const value = data.items[i + 1];
    map.set(textOf(data.items[i]), value?.tag === '!!null' ? '' : textOf(value));
  }
  return map;
}

/** Replaces the whole field: keys sorted, values strings. */
export function setDataMap(resource: Resource, field: 'data' | 'binaryData', map: ReadonlyMap<string, string>): void {
  clearField(resource.root, field);
  for (const key of [...map.keys()].sort()) {
    setField(getOrCreateMap(resource.root, field), key, newString(map.get(key) ?? ''));
  }
}

const unequalNotes = 'number of previous names, number of previous namespaces, number of previous kinds not equal';

// The engine's notes come from the old resource alone; the hash stays wanted only when both want it.
function mergeAnnotations(old: ReadonlyMap<string, string>, own: ReadonlyMap<string, string>): Map<string, string> {
  const merged = new Map([...old, ...own]);
  for (const key of buildAnnotations) {
    const value = old.get(key);
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  if (!own.has(notes.needsHashSuffix)) merged.delete(notes.needsHashSuffix);
  return merged;
}
