import { KustomizeError, asKustomizeError, prefixErrors } from '../errors.ts';
import { applyFieldSpec, applyFieldSpecs, fieldSpec, type FieldAction, type FieldSpec } from '../field-spec.ts';
import { idKey } from '../gvk.ts';
import { annotationOf, notes } from '../identity.ts';
import type { Resource } from '../resource.ts';
import {
  ScalarNode,
  elementsOf,
  getField,
  isMissing,
  lookup,
  requireKind,
  setField,
  setText,
  textOf,
  valueOf,
  type Node,
} from '../tree.ts';
import { resourceJson } from '../resource-json.ts';
import type { Transformer } from './transformer.ts';

/** Which subjects of role bindings follow the namespace. */
export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none';

export interface NamespaceOptions {
  readonly namespace: string;
  readonly fieldSpecs: readonly FieldSpec[];
  /** Fill blanks only. */
  readonly unsetOnly?: boolean;
  readonly subjects?: SubjectMode;
}

/** `namespace` (engine §9.3). */
export function namespaceTransformer(options: NamespaceOptions): Transformer {
  const { namespace } = options;
  return (resources) => {
    if (namespace === '') return;
    const taken = countIds(resources.list);
    for (const resource of resources.list) {
      if (annotationOf(resource.root, notes.helmGenerated) === 'true') continue;
      taken.add(resource, -1);
      resource.pushPreviousId();
      setNamespace(resource, options);
      if (taken.add(resource, 1) > 1) throw conflict(resources.list, resource);
    }
  };
}

const ownNamespace = fieldSpec({ path: 'metadata/namespace', create: true });

/** The namespace logic alone: no history, no check for conflicts. */
export function setNamespace(resource: Resource, options: NamespaceOptions): void {
  const action: FieldAction = { set: namespaceSetter(options), createAs: 'scalar', createTag: '!!str' };
  const specs = options.fieldSpecs.filter((spec) => appliesTo(resource, spec));
  if (!resource.isClusterScoped) applyFieldSpec(resource, ownNamespace, action);
  if (resource.kind === 'RoleBinding' || resource.kind === 'ClusterRoleBinding') setSubjects(resource, options);
  try {
    applyFieldSpecs(resource, specs, action);
  } catch (error) {
    const known = asKustomizeError(error);
    const isKind = known.upstream.includes('wrong node kind') && !known.upstream.includes('but got ScalarNode');
    throw known.prefixed(isKind ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed');
  }
}

// `metadata/namespace` is set above for every kind; `metadata/name` means the name of a core Namespace only.
function appliesTo(resource: Resource, spec: FieldSpec): boolean {
  if (spec.path === 'metadata/namespace') return false;
  if (spec.path === 'metadata/name' && resource.apiVersion !== 'v1') return false;
  const isSubjects =
    spec.path === 'subjects/namespace' && (spec.kind === 'RoleBinding' || spec.kind === 'ClusterRoleBinding');
  return !(isSubjects && (resource.kind === 'RoleBinding' || resource.kind === 'ClusterRoleBinding'));
}

function namespaceSetter({ namespace, unsetOnly = false }: NamespaceOptions): (node: Node) => void {
  return (node) => {
    if (unsetOnly && node.kind === 'scalar' && valueOf(node) !== '') return;
    setText(node, namespace, '!!str');
  };
}

function setSubjects(resource: Resource, options: NamespaceOptions): void {
  const { subjects: mode = 'defaultOnly' } = options;
  const subjects = lookup(resource.root, 'subjects');
  if (mode === 'none' || isMissing(subjects)) return;
  const [key, text] = mode === 'defaultOnly' ? ['name', 'default'] : ['kind', 'ServiceAccount'];
  prefixErrors('setting namespace on (cluster)role binding subjects', () => {
    for (const subject of elementsOf(subjects)) {
      if (hasText(subject, key, text)) setSubject(subject, options);
    }
  });
}

function setSubject(subject: Node, options: NamespaceOptions): void {
  if (getField(subject, 'namespace') === undefined) setField(subject, 'namespace', new ScalarNode(''));
  const field = getField(subject, 'namespace');
  if (field !== undefined) namespaceSetter(options)(field);
}

function hasText(subject: Node, key: string, text: string): boolean {
  return prefixErrors(`looking up ${key} on (cluster)role binding subject`, () => {
    const value = getField(subject, key);
    requireKind(value, 'scalar');
    return !isMissing(value) && textOf(value) === text;
  });
}

interface IdCounts {
  /** Counts the resource's current id up or down. @returns the new count */
  add(resource: Resource, change: 1 | -1): number;
}

function countIds(list: readonly Resource[]): IdCounts {
  const counts = new Map<string, number>();
  const ids: IdCounts = {
    add(resource, change) {
      const key = idKey(resource.currentId());
      const count = (counts.get(key) ?? 0) + change;
      counts.set(key, count);
      return count;
    },
  };
  for (const resource of list) ids.add(resource, 1);
  return ids;
}

function conflict(list: readonly Resource[], resource: Resource): KustomizeError {
  const key = idKey(resource.currentId());
  const same = list.filter((other) => idKey(other.currentId()) === key).map(resourceJson);
  return new KustomizeError(`namespace transformation produces ID conflict: [${same.join(' ')}]`, {
    ...resource.origin,
    hint: 'two objects with the same name would come into the same namespace',
  });
}
