import type { KubeObject } from '@sluice/api';
import {
  blame,
  findDrift,
  formatDryRunRefusal,
  isForced,
  isImmutableRefusal,
  isLeftAlone,
  isMerged,
  isOnlyCreated,
  judgeDrift,
  lastTakenOver,
  leavesEntry,
  maskSecrets,
  observe,
  takeOverPatch,
  yieldFields,
  type Known,
  type Observed,
} from '@sluice/plan';
import type { ApplyOptions, AppliedObject, Drift } from './options.ts';
import { applyObject, messageOf, refusalOf } from './request.ts';
import { findTarget, type Target } from './target.ts';

/** What a dry-run showed: either all is well with the object, or what to write. */
export type Checked =
  | { readonly type: 'done'; readonly applied: AppliedObject }
  | {
      readonly type: 'write';
      readonly target: Target;
      readonly action: 'created' | 'configured';
      /** The object as it was read; `undefined` when it does not exist or needs nothing but the apply. */
      readonly live: KubeObject | undefined;
      /** What to send, where that is not the manifest as it is. */
      readonly payload: KubeObject | undefined;
      readonly mustTakeOver: boolean;
      /** Of the object before the write, as far as known: an apply that changes nothing leaves it. */
      readonly resourceVersion: string | undefined;
      /** Delete first: what is to be changed cannot be. */
      readonly recreate: boolean;
      readonly drift: Drift | undefined;
    };

// How much later than our entry's time an object must be found unchanged for that time to prove anything afterwards:
// the second in which an apply happened, and clocks that are not quite equal.
const settleMs = 2000;

/**
 * Finds out, with as few requests as will do, whether an object is as its manifest says. Writes nothing.
 * @throws Error whose message says which object and why
 * @see spec kustomization-controller §11.3
 */
export async function checkObject(manifest: KubeObject, options: ApplyOptions): Promise<Checked> {
  const target = await findTarget(manifest, options.kube, options.signal);
  const observed = options.observe(target.id);
  if (isLeftAlone(manifest.metadata) || observed?.isLeftAlone === true) return skipped(target);
  if (isOnlyCreated(manifest) && (observed !== undefined || (await read(target, options)) !== undefined)) {
    return skipped(target);
  }
  const known = options.known.get(target.inventoryId);
  if (observed !== undefined && known?.manifest === target.manifestHash && judgeDrift(known, observed) === 'intact') {
    return unchanged(target, known, undefined);
  }
  return await checkByDryRun(target, observed, options);
}

async function checkByDryRun(target: Target, observed: Observed | undefined, options: ApplyOptions): Promise<Checked> {
  const result = await dryRun(target, options);
  if (result instanceof Error) return await checkRefused(target, result, options);
  if (result.metadata.resourceVersion === undefined) return created(target);
  const after = observe(result.metadata, options.overrideManagers);
  const isPlain =
    observed !== undefined &&
    !observed.needsTakeOver &&
    !after.needsTakeOver &&
    !after.isLeftAlone &&
    (options.ignoredFields?.(result) ?? []).length === 0;
  if (!isPlain || options.explain?.has(target.inventoryId) === true) {
    return await compareWithLive(target, result, options);
  }
  const known = options.known.get(target.inventoryId);
  const isOther = known !== undefined && known.manifest !== target.manifestHash;
  if (isOther || !leavesEntry(after, observed)) {
    return configured(target, { resourceVersion: observed.resourceVersion });
  }
  const now = knownOf(target, observed, options);
  // In the second of our last apply, an answer that changes values looks like one that changes nothing.
  return now.isSettled ? unchanged(target, now, undefined) : await compareWithLive(target, result, options);
}

async function compareWithLive(target: Target, result: KubeObject, options: ApplyOptions): Promise<Checked> {
  const live = await read(target, options);
  if (live === undefined) return created(target);
  if (isLeftAlone(live.metadata)) return skipped(target);
  const isMerge = isMerged(live.metadata) || isMerged(target.manifest.metadata);
  const mustTakeOver = !isMerge && takeOverPatch(live.metadata, options.overrideManagers).length > 0;
  const pointers = options.ignoredFields?.(result) ?? [];
  const field = findDrift(result, live, pointers);
  const observed = observe(live.metadata, options.overrideManagers);
  // Without an entry of ours, nobody would know later what is ours: someone has cleared managedFields.
  if (field === undefined && !mustTakeOver && observed.entry !== '') {
    return unchanged(target, knownOf(target, observed, options), live);
  }
  const drift = driftOf(live, field, options);
  const payload = pointers.length > 0 ? yieldFields(target.manifest, { live, dryRun: result, pointers }) : undefined;
  return configured(target, { live, mustTakeOver, drift, payload, resourceVersion: live.metadata.resourceVersion });
}

/** What differs, and who did it. Fields that were added beside ours differ in nothing but who owns them. */
function driftOf({ metadata }: KubeObject, field: string | undefined, { overrideManagers }: ApplyOptions): Drift {
  const taken = field === undefined ? lastTakenOver(metadata, overrideManagers) : undefined;
  return taken ?? { field: field ?? '/metadata/managedFields', manager: blame(metadata, field ?? '') };
}

/** The dry-run failed: perhaps the object is not to be touched at all, perhaps it may be created anew. */
async function checkRefused(target: Target, refused: Error, options: ApplyOptions): Promise<Checked> {
  const live = await read(target, options);
  if (live !== undefined && isLeftAlone(live.metadata)) return skipped(target);
  const refusal = refusalOf(refused);
  const mayRecreate =
    options.force === true || isForced(target.manifest.metadata) || (live !== undefined && isForced(live.metadata));
  if (live !== undefined && mayRecreate && refusal !== undefined && isImmutableRefusal(refusal)) {
    return { ...configured(target, { live }), action: 'created', recreate: true };
  }
  const text =
    refusal === undefined
      ? `${target.subject} dry-run failed: ${messageOf(refused)}`
      : formatDryRunRefusal(target.id, refusal);
  throw new Error(maskSecrets(text, [target.manifest, live]), { cause: refused });
}

async function dryRun(target: Target, { kube, signal }: ApplyOptions): Promise<KubeObject | Error> {
  try {
    return await applyObject(kube, target, { dryRun: true, signal });
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

function read(target: Target, { kube, signal }: ApplyOptions): Promise<KubeObject | undefined> {
  return kube.get<KubeObject>(target.resource, target.key, { signal });
}

function knownOf(target: Target, observed: Observed, options: ApplyOptions): Known {
  const ageMs = options.now().getTime() - Date.parse(observed.time);
  // An entry has no time until an apply changes something: then any such apply shows.
  const isSettled = observed.entry !== '' && (observed.time === '' || ageMs >= settleMs);
  return { ...observed, manifest: target.manifestHash, isSettled };
}

function unchanged(target: Target, known: Known, live: KubeObject | undefined): Checked {
  return { type: 'done', applied: { ...changeOf(target), action: 'unchanged', known, live, drift: undefined } };
}

function skipped(target: Target): Checked {
  const nothing = { known: undefined, live: undefined, drift: undefined };
  return { type: 'done', applied: { ...changeOf(target), action: 'skipped', ...nothing } };
}

function created(target: Target): Checked {
  return { ...configured(target, {}), action: 'created' };
}

type Write = Extract<Checked, { type: 'write' }>;

function configured(
  target: Target,
  found: Partial<Pick<Write, 'live' | 'mustTakeOver' | 'drift' | 'payload' | 'resourceVersion'>>,
): Write {
  const nothing = {
    live: undefined,
    mustTakeOver: false,
    drift: undefined,
    payload: undefined,
    resourceVersion: undefined,
  };
  return { type: 'write', target, action: 'configured', recreate: false, ...nothing, ...found };
}

function changeOf(target: Target): Pick<AppliedObject, 'id' | 'version'> {
  return { id: target.id, version: target.version };
}
