import type { Compute } from '@sluice/compute';
import type { ArtifactTrees } from './artifact-trees.ts';
import type { DriftWatch } from './drift-watch.ts';
import type { Memory } from './memory.ts';
import type { RenderCache } from './render-cache.ts';

/** What users may set; flags of the same names. */
export interface KustomizeSettings {
  /** Refuse sources in other namespaces. */
  readonly noCrossNamespaceRefs: boolean;
  /** Refuse bases and files that are referred to by URL. */
  readonly noRemoteBases: boolean;
  /** CIDR ranges that remote bases may lie in although denied by default. */
  readonly egressAllow: readonly string[];
  /** Whether a `readyExpr` adds to the built-in rules rather than takes their place. */
  readonly additiveCelDependencyCheck: boolean;
  /** Whether a variable that is not set and has no default is an error. */
  readonly strictSubstitutions: boolean;
  /** ServiceAccount for Kustomizations that name none; `''`: the controller's own identity. */
  readonly defaultServiceAccount: string;
  /** Managers whose fields are taken over, besides kubectl's. */
  readonly overrideManagers: readonly string[];
  /** Kinds with an apply stage of their own: `group/Kind`, or `Kind` of the core group. */
  readonly customStageKinds: ReadonlySet<string>;
  /** Label selector of the ConfigMaps and Secrets whose changes are acted on at once. */
  readonly watchConfigsSelector: string;
  /** Put drift right as soon as it is seen, or with the interval. */
  readonly driftCorrection: 'watch' | 'interval';
  readonly maxInventory: number;
  readonly buildTimeoutMs: number;
}

export const defaultSettings: KustomizeSettings = {
  noCrossNamespaceRefs: false,
  noRemoteBases: false,
  egressAllow: [],
  additiveCelDependencyCheck: false,
  strictSubstitutions: true,
  defaultServiceAccount: '',
  overrideManagers: [],
  customStageKinds: new Set(),
  watchConfigsSelector: 'reconcile.fluxcd.io/watch=Enabled',
  driftCorrection: 'watch',
  maxInventory: 15_000,
  buildTimeoutMs: 300_000,
};

/** What the runs of all Kustomizations share. */
export interface Deps {
  readonly settings: KustomizeSettings;
  readonly compute: Compute;
  readonly trees: ArtifactTrees;
  readonly renders: RenderCache;
  readonly memory: Memory;
  readonly drift: DriftWatch;
}
