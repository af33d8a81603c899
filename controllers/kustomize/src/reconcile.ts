import { findCondition, keyOf, type Kustomization } from '@sluice/api';
import { hasSameEntries } from '@sluice/plan';
import { applyManifests } from './apply-step.ts';
import { build } from './build.ts';
import { checkDependencies } from './dependencies.ts';
import type { Deps } from './deps.ts';
import { compileHealthRules } from './expressions.ts';
import { checkHealth, isWaitingForHealth } from './health-step.ts';
import { kubeFor } from './identity.ts';
import { failed, isReadyAt, type KustomizeOutcome } from './outcome.ts';
import { prune } from './prune-step.ts';
import { eventMetadata, type KustomizeContext, type Run } from './run.ts';
import { resolveArtifact } from './source.ts';
import { inputHashOf } from './spec.ts';
import { Stop } from './stop.ts';
import { refuseUnsupported } from './unsupported.ts';
import { readVariables } from './variables.ts';

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
  const { ctx, remembered, isCorrection } = run;
  const verdict = remembered === undefined ? 'drifted' : deps.drift.judge(run.key, remembered);
  const isKnown = remembered?.hasSkipped === false && !remembered.hasRemotes;
  const isIntact = isCorrection && verdict === 'intact' && isKnown;
  if (remembered !== undefined && (isIntact || (run.wasWaiting && verdict !== 'drifted'))) {
    return await checkHealth(run, { status: ctx.status(), remembered, hasChanged: false, isQuiet: isIntact }, deps);
  }
  tellCancelled(run);
  const rendered = await build(run, deps);
  const applied = await applyManifests(run, rendered, deps);
  deps.memory.set(run.key, applied.remembered);
  await prune(run, applied);
  const isQuiet = isCorrection && !applied.hasChanged && hasSameEntries(applied.entries, run.inventory);
  const status = { ...ctx.status(), inventory: { entries: [...applied.entries] } };
  return await checkHealth(run, { ...applied, status, isQuiet }, deps);
}

async function startRun(
  { object, artifact, healthRules }: Pick<Run, 'object' | 'artifact' | 'healthRules'>,
  deps: Deps,
  ctx: KustomizeContext,
): Promise<Run> {
  const key = keyOf(object);
  const variables = await readVariables(object, ctx).catch((error: unknown) => {
    if (error instanceof Stop) return undefined;
    throw error;
  });
  const input = variables === undefined ? '' : inputHashOf(object, artifact.digest, variables);
  const memory = deps.memory.get(key);
  const isSame = input !== '' && memory?.input === input && memory.uid === object.metadata.uid;
  const remembered = isSame ? memory : undefined;
  const run = {
    object,
    key,
    ctx,
    kube: kubeFor(object, ctx.kube, deps.settings.defaultServiceAccount),
    artifact,
    healthRules,
    variables,
    input,
    inventory: ctx.status().inventory?.entries ?? [],
    remembered,
    startedMs: ctx.elapsedMs(),
  };
  return { ...run, isCorrection: isReadyAt(run), wasWaiting: isWaitingForHealth(run) };
}

/** A wait for the health of something older ends here. */
function tellCancelled({ object, ctx, artifact, wasWaiting }: Run): void {
  const { conditions, lastAttemptedRevision } = ctx.status();
  if (wasWaiting || findCondition(conditions, 'Healthy')?.status !== 'Unknown') return;
  const isNewRevision = lastAttemptedRevision !== artifact.revision;
  const self = `Kustomization/${object.metadata.namespace}/${object.metadata.name}`;
  const { kind, name, namespace = object.metadata.namespace } = object.spec.sourceRef;
  const cause = isNewRevision ? `${kind}/${namespace}/${name}` : self;
  ctx.event({
    severity: 'info',
    reason: 'HealthCheckCanceled',
    message: `Health checks canceled due to new reconciliation triggered by ${cause}`,
    metadata: eventMetadata(object, artifact),
  });
}
