import { keyOf, type Kustomization } from '@sluice/api';
import { hasSameEntries } from '@sluice/plan';
import { applyManifests } from './apply-step.ts';
import { build } from './build.ts';
import { checkDependencies } from './dependencies.ts';
import type { Deps } from './deps.ts';
import { compileHealthRules } from './expressions.ts';
import { checkHealth, tellCancelledWait } from './health-step.ts';
import type { Remembered } from './memory.ts';
import { failed, type KustomizeOutcome } from './outcome.ts';
import { prune } from './prune-step.ts';
import type { KustomizeContext, Run } from './run.ts';
import { resolveArtifact } from './source.ts';
import { startRun } from './start-run.ts';
import { Stop } from './stop.ts';
import { refuseUnsupported } from './unsupported.ts';

/**
 * Makes the cluster hold what the source holds, and tells in the status how that goes.
 * @see spec kustomization-controller §3
 */
export async function reconcileKustomization(
  object: Kustomization,
  deps: Deps,
  ctx: KustomizeContext,
): Promise<KustomizeOutcome> {
  const key = keyOf(object);
  let run: Run | undefined;
  let wentWell = false;
  deps.drift.began(key);
  try {
    const healthRules = await compileHealthRules(object);
    refuseUnsupported(object);
    const artifact = await resolveArtifact(object, deps.settings, ctx);
    const additive = deps.settings.additiveCelDependencyCheck;
    await checkDependencies({ object, revision: artifact.revision, additive }, ctx);
    run = await startRun({ object, artifact, healthRules }, deps, ctx);
    const outcome = await carryOut(run, deps);
    wentWell = true;
    return outcome;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return failed(error, { object, run, ctx });
  } finally {
    deps.drift.ended(key, wentWell);
  }
}

/** Build, apply, prune, wait for health; as little of it as what is known allows. */
async function carryOut(run: Run, deps: Deps): Promise<KustomizeOutcome> {
  const { ctx, isCorrection } = run;
  const known = findIntact(run, deps);
  if (known !== undefined) {
    const status = ctx.status();
    return await checkHealth(run, { status, remembered: known, hasChanged: false, isQuiet: isCorrection }, deps);
  }
  tellCancelledWait(run);
  const rendered = await build(run, deps);
  const applied = await applyManifests(run, rendered, deps);
  deps.memory.set(run.key, applied.remembered);
  await prune(run, applied);
  const isQuiet = isCorrection && !applied.hasChanged && hasSameEntries(applied.entries, run.inventory);
  const status = { ...ctx.status(), inventory: { entries: [...applied.entries] } };
  return await checkHealth(run, { ...applied, status, isQuiet }, deps);
}

/** What the run before left, when it need not be built and applied again: only health is left to look at. */
function findIntact(run: Run, { drift }: Deps): Remembered | undefined {
  const { remembered, isCorrection, wasWaiting } = run;
  if (remembered === undefined) return undefined;
  const verdict = drift.judge(run.key, remembered);
  if (wasWaiting) return verdict === 'drifted' ? undefined : remembered;
  // Whether skipped objects stay so, and what remote bases hold now, takes a look.
  const isKnown = !remembered.hasSkipped && !remembered.hasRemotes;
  return isCorrection && isKnown && verdict === 'intact' ? remembered : undefined;
}
