import { keyOf } from '@sluice/api';
import type { Deps } from './deps.ts';
import { isWaitingForHealth } from './health-step.ts';
import { kubeFor } from './identity.ts';
import { isReadyAt } from './outcome.ts';
import type { KustomizeContext, Run } from './run.ts';
import { inputHashOf } from './spec.ts';
import { Stop } from './stop.ts';
import { readVariables } from './variables.ts';

/** What the steps of this run work on. @throws Stop for an account that is none */
export async function startRun(
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
