import {
  formatDuration,
  type Artifact,
  type Kustomization,
  type KustomizationStatus,
  type ObjectKey,
} from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import type { InventoryEntry } from '@sluice/plan';
import type { Context, ReconcileEvent } from '@sluice/runtime';
import type { HealthRules } from './expressions.ts';
import type { Remembered } from './memory.ts';
import { originRevisionOf } from './source.ts';
import { timeoutOf } from './spec.ts';
import { inProgress } from './status.ts';

export type KustomizeContext = Context<KustomizationStatus>;

/** One run over one Kustomization: what it works on. Its steps take it and never change it. */
export interface Run {
  readonly object: Kustomization;
  readonly key: ObjectKey;
  readonly ctx: KustomizeContext;
  /** Acts as whom the objects are applied as. */
  readonly kube: KubeClient;
  readonly artifact: Artifact;
  /** Of `spec.healthCheckExprs`. */
  readonly healthRules: HealthRules | undefined;
  /** `undefined` when they could not be read: the build says why. */
  readonly variables: ReadonlyMap<string, string> | undefined;
  /** Hash of all that the build reads; `''` without variables. */
  readonly input: string;
  /** The inventory as it was when the run began. */
  readonly inventory: readonly InventoryEntry[];
  /** What the run before left of the same input. */
  readonly remembered: Remembered | undefined;
  /** All was well before, at this generation and revision: whatever is put right is not worth a progress message. */
  readonly isCorrection: boolean;
  /** An earlier run has applied all this and waits for it to become healthy. */
  readonly wasWaiting: boolean;
  /** Monotonic milliseconds. */
  readonly startedMs: number;
}

type Step = 'Fetching manifests' | 'Building manifests' | 'Detecting drift' | 'Running health checks';

/** `Fetching manifests for revision main@sha1:4a5b… with a timeout of 5m0s`. */
export function progressMessage(step: Step, object: Kustomization, revision: string): string {
  return `${step} for revision ${revision} with a timeout of ${formatDuration(timeoutOf(object))}`;
}

/** Tells in the status what the run does now. */
export async function report(run: Run, step: Step, changes: Partial<KustomizationStatus> = {}): Promise<void> {
  if (run.isCorrection) return;
  const { object, ctx, artifact } = run;
  const status = inProgress(ctx.status(), progressMessage(step, object, artifact.revision), object, ctx.now());
  await ctx.progress({ ...status, ...changes });
}

/** Keys by which receivers of events know the revision, and what the object's author wants passed on. */
export function eventMetadata(object: Kustomization, artifact: Artifact | undefined): Record<string, string> {
  const passedOn = Object.entries(object.metadata.annotations ?? {}).filter(([key]) =>
    key.startsWith('event.toolkit.fluxcd.io/'),
  );
  const revision = artifact?.revision;
  const originRevision = artifact && originRevisionOf(artifact);
  return {
    ...Object.fromEntries(passedOn),
    ...(revision !== undefined && { 'kustomize.toolkit.fluxcd.io/revision': revision }),
    ...(originRevision !== undefined && { 'kustomize.toolkit.fluxcd.io/originRevision': originRevision }),
  };
}

/** An event about work that goes on. */
export function progressEvent({ object, artifact }: Run, message: string): ReconcileEvent {
  return { severity: 'info', reason: 'Progressing', message, metadata: eventMetadata(object, artifact) };
}
