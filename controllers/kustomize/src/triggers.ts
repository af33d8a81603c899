import {
  findCondition,
  formatKey,
  gitRepositoryGvk,
  keyOf,
  kustomizationGvk,
  type Artifact,
  type KubeObject,
  type Kustomization,
  type ObjectKey,
} from '@sluice/api';
import type { Trigger } from '@sluice/runtime';
import { dependencyKeysOf, sourceKeyOf } from './spec.ts';

type WatchTrigger = Extract<Trigger, { type: 'watch' }>;

/**
 * Kustomizations run when the artifact of their source is another one, or is served at another address: they may be
 * trying the old one just now. @see spec kustomization-controller §20
 */
export const sourceTrigger: WatchTrigger = {
  type: 'watch',
  gvk: gitRepositoryGvk,
  changed(old, next) {
    if (old === undefined || next === undefined) return true;
    const artifact = artifactOf(next);
    return artifact !== undefined && (artifact.revision !== artifactOf(old)?.revision || hasMoved(old, next));
  },
  map(source, own, old) {
    const revision = artifactOf(source)?.revision;
    const concerned = kustomizationsOf(own).filter(
      (object) => refersTo(object, source) && (hasMoved(old, source) || !isAttempted(object, revision)),
    );
    return sortByDependencies(concerned, kustomizationsOf(own));
  },
};

/** Kustomizations run when one that they depend on became ready, or ready at another revision. */
export const dependencyTrigger: WatchTrigger = {
  type: 'watch',
  gvk: kustomizationGvk,
  // A new one is not ready, and a first list tells nothing new: who waits for one of these runs at once after a start.
  changed: (old, next) => old !== undefined && next !== undefined && readinessOf(next) !== readinessOf(old),
  map(dependency, own) {
    const name = formatKey(keyOf(dependency));
    const dependants = kustomizationsOf(own).filter((object) =>
      dependencyKeysOf(object).some((key) => formatKey(key) === name),
    );
    return dependants.map(keyOf);
  },
};

/**
 * Dependencies before their dependants, so that these need not wait for a second round. Those of a cycle come last, in
 * their given order: they hold up nobody else.
 */
export function sortByDependencies(objects: readonly Kustomization[], all: readonly Kustomization[]): ObjectKey[] {
  const byName = new Map(all.map((object) => [formatKey(keyOf(object)), object]));
  const sorted: ObjectKey[] = [];
  const inCycle: ObjectKey[] = [];
  const state = new Map<string, 'open' | 'done' | 'cyclic'>();
  function visit(object: Kustomization): boolean {
    const key = keyOf(object);
    const name = formatKey(key);
    const known = state.get(name);
    if (known !== undefined) return known === 'done';
    state.set(name, 'open');
    const dependencies = dependencyKeysOf(object).map((dependency) => byName.get(formatKey(dependency)));
    // Every dependency is visited, also after one that is part of a cycle.
    const isSorted = dependencies.map((dependency) => dependency === undefined || visit(dependency)).every(Boolean);
    state.set(name, isSorted ? 'done' : 'cyclic');
    (isSorted ? sorted : inCycle).push(key);
    return isSorted;
  }
  for (const object of objects) visit(object);
  return [...sorted, ...inCycle];
}

function artifactOf(source: KubeObject): Artifact | undefined {
  // Written by a source controller; its definition says what it holds.
  return (source['status'] as { artifact?: Artifact } | undefined)?.artifact;
}

/** Whether the same revision is found at another address, as after a restart of the source controller elsewhere. */
function hasMoved(old: KubeObject | undefined, next: KubeObject): boolean {
  const before = old === undefined ? undefined : artifactOf(old);
  const now = artifactOf(next);
  return before !== undefined && before.revision === now?.revision && before.url !== now.url;
}

function refersTo(object: Kustomization, source: KubeObject): boolean {
  return object.spec.sourceRef.kind === source.kind && formatKey(sourceKeyOf(object)) === formatKey(keyOf(source));
}

/** Whether a run has seen this revision, and has not failed on it. */
function isAttempted({ status }: Kustomization, revision: string | undefined): boolean {
  if (revision === undefined || status?.lastAttemptedRevision !== revision) return false;
  const ready = findCondition(status.conditions, 'Ready')?.status;
  const reconciling = findCondition(status.conditions, 'Reconciling');
  return ready === 'True' || (reconciling?.status === 'True' && reconciling.reason === 'Progressing');
}

function readinessOf(object: KubeObject): string {
  const { metadata, status } = object as Kustomization;
  const ready = findCondition(status?.conditions, 'Ready')?.status;
  const isObserved = metadata.generation === status?.observedGeneration;
  return `${ready} ${isObserved} ${status?.lastAppliedRevision}`;
}

function kustomizationsOf(own: readonly KubeObject[]): readonly Kustomization[] {
  return own as readonly Kustomization[]; // the runtime passes objects of our kind
}
