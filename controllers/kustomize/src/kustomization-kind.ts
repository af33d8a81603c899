import { fluxFinalizer, kustomizationGvk, type Kustomization, type KustomizationStatus } from '@sluice/api';
import type { FetchOptions } from '@sluice/artifact';
import type { Compute } from '@sluice/compute';
import type { Kind, Logger } from '@sluice/runtime';
import { ArtifactTrees } from './artifact-trees.ts';
import { configTriggers } from './config-triggers.ts';
import { defaultSettings, type Deps, type KustomizeSettings } from './deps.ts';
import { DriftWatch } from './drift-watch.ts';
import { finalizeKustomization } from './finalize.ts';
import { Memory } from './memory.ts';
import { reconcileKustomization } from './reconcile.ts';
import { RenderCache } from './render-cache.ts';
import { intervalOf } from './spec.ts';
import { dependencyTrigger, sourceTrigger } from './triggers.ts';

export interface KustomizeOptions {
  readonly compute: Compute;
  readonly log: Logger;
  readonly settings?: Partial<KustomizeSettings>;
  /** How artifacts are fetched. */
  readonly fetch?: Omit<FetchOptions, 'signal'>;
}

/** The kind Kustomization, with all that its runs share. */
export function kustomizationKind({
  compute,
  log,
  settings,
  fetch,
}: KustomizeOptions): Kind<KustomizationStatus, Kustomization> {
  const chosen = { ...defaultSettings, ...settings };
  const memory = new Memory();
  const drift = new DriftWatch(memory, {
    overrideManagers: chosen.overrideManagers,
    correctAtOnce: chosen.driftCorrection === 'watch',
    onError: (error, kind) => log.error({ error, kind }, 'watching applied objects failed, trying again'),
  });
  const deps: Deps = {
    settings: chosen,
    compute,
    memory,
    drift,
    trees: new ArtifactTrees(compute, fetch),
    renders: new RenderCache(),
  };
  return {
    gvk: kustomizationGvk,
    controller: 'kustomize-controller',
    finalizer: fluxFinalizer,
    concurrency: 16,
    triggers: [sourceTrigger, dependencyTrigger, ...configTriggers(chosen.watchConfigsSelector), drift.trigger],
    intervalMs: intervalOf,
    reconcile: (object, ctx) => reconcileKustomization(object, deps, ctx),
    finalize: (object, ctx) => finalizeKustomization(object, deps, ctx),
  };
}
