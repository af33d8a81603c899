import { gvkOf, type KustomizationSpec } from '@sluice/api';
import { ApplyError, applyObjects, type AppliedObject, type ApplyOptions } from '@sluice/apply';
import {
  entryOf,
  formatChanges,
  formatInventoryId,
  formatSubject,
  hasSameEntries,
  idOf,
  isChanged,
  unionEntries,
  type InventoryEntry,
  type Known,
} from '@sluice/plan';
import type { Deps } from './deps.ts';
import { isSelfRemoving } from './health.ts';
import { rememberObjects, type Remembered } from './memory.ts';
import type { Rendered } from './render.ts';
import { progressEvent, report, type Run } from './run.ts';
import { timeoutOf } from './spec.ts';
import { Stop } from './stop.ts';

type Rules = NonNullable<KustomizationSpec['ignore']>;

/** What a run has applied. */
export interface Applied {
  /** The new inventory. */
  readonly entries: readonly InventoryEntry[];
  readonly hasChanged: boolean;
  readonly remembered: Remembered;
}

/**
 * Makes the cluster hold the manifests. What may exist a moment later is in the inventory before it does.
 * @throws Stop; Fenced
 */
export async function applyManifests(run: Run, rendered: Rendered, deps: Deps): Promise<Applied> {
  const { object, ctx, artifact, kube, remembered } = run;
  const { settings, drift, memory } = deps;
  checkSize(rendered, settings.maxInventory);
  await report(run, 'Detecting drift', { lastAttemptedRevision: artifact.revision });
  const explain = drift.foughtOver(run.key, remembered);
  try {
    const applied = await applyObjects(rendered.objects, {
      kube,
      signal: ctx.signal,
      now: () => ctx.now(),
      fence: () => ctx.fence(),
      failpoint: (name) => ctx.failpoint(name),
      known: knownOf(run, deps),
      observe: (id) => drift.look(id),
      beforeWrite: (entries) => writeAhead(run, entries),
      force: object.spec.force === true,
      recreateTimeoutMs: timeoutOf(object),
      overrideManagers: settings.overrideManagers,
      customStageKinds: settings.customStageKinds,
      ...(await ignoreRules(object.spec.ignore ?? [])),
      explain,
    });
    await drift.follow(rendered.objects.map(gvkOf));
    drift.put(applied.flatMap(({ live }) => (live === undefined ? [] : [live])));
    tell(run, applied);
    return resultOf(run, rendered, applied);
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    // Some objects are new and some are old now: nothing is known about them.
    memory.delete(run.key);
    throw new Stop('ReconciliationFailed', error.message, { digest: rendered.digest, cause: error });
  }
}

function checkSize({ objects, digest }: Rendered, maxInventory: number): void {
  if (objects.length <= maxInventory) return;
  const message = `${objects.length} objects are more than the ${maxInventory} that an inventory may hold`;
  throw new Stop('ReconciliationFailed', message, { digest });
}

/** How the objects were left, as far as that can be relied on. */
function knownOf({ key }: Run, { memory, drift }: Deps): ReadonlyMap<string, Known> {
  const objects = [...(memory.get(key)?.objects ?? [])];
  return new Map(objects.filter(([id]) => !drift.isSuspect(key, id)).map(([id, { known }]) => [id, known]));
}

/** Loaded only when there are rules: the selectors bring the whole engine with them. */
async function ignoreRules(rules: Rules): Promise<Pick<ApplyOptions, 'ignoredFields'>> {
  if (rules.length === 0) return {};
  const { ignoredFieldsOf } = await import('./ignore.ts');
  return { ignoredFields: ignoredFieldsOf(rules) };
}

async function writeAhead({ ctx, inventory }: Run, entries: readonly InventoryEntry[]): Promise<void> {
  const union = unionEntries(inventory, entries);
  if (hasSameEntries(union, inventory)) return;
  await ctx.progress({ ...ctx.status(), inventory: { entries: union } });
}

function tell(run: Run, applied: readonly AppliedObject[]): void {
  const lines = formatChanges(applied);
  if (lines !== '') run.ctx.event(progressEvent(run, lines));
  for (const { id, drift } of applied) {
    if (drift === undefined) continue;
    const who = drift.manager === undefined ? 'something' : `'${drift.manager}'`;
    const message = `${formatSubject(id)} ${drift.field} is changed again and again by ${who}: corrections slow down`;
    run.ctx.event({ ...progressEvent(run, message), severity: 'error', reason: 'DriftFight' });
  }
}

function resultOf(run: Run, rendered: Rendered, applied: readonly AppliedObject[]): Applied {
  const isSkipped = ({ action }: AppliedObject) => action === 'skipped';
  const selfRemoving = rendered.objects.filter(isSelfRemoving).map((object) => formatInventoryId(idOf(object)));
  return {
    entries: applied.map(entryOf),
    hasChanged: applied.some(isChanged),
    remembered: {
      uid: run.object.metadata.uid ?? '',
      input: run.input,
      digest: rendered.digest,
      objects: rememberObjects(applied),
      selfRemoving: new Set(selfRemoving),
      hasSkipped: applied.some(isSkipped),
      hasRemotes: rendered.hasRemotes,
      healthyAt: run.remembered?.healthyAt ?? new Map(),
      isWaiting: false,
      quietRuns: run.remembered?.quietRuns ?? 0,
    },
  };
}
