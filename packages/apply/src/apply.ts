import type { KubeObject } from '@sluice/api';
import { formatChanges, groupByRank, splitStages, type Stage } from '@sluice/plan';
import { checkObject, type Checked } from './check.ts';
import { forEachLimited } from './concurrency.ts';
import { ApplyError, type AppliedObject, type ApplyOptions } from './options.ts';
import { messageOf } from './request.ts';
import { predictEntries } from './target.ts';
import { waitUntilCurrent, waitUntilServed } from './wait.ts';
import { writeObject } from './write.ts';

const maxShownErrors = 10;

/**
 * Makes the cluster hold the objects: stage by stage, each first checked as a whole and then written in order, so that
 * one invalid object leaves its stage untouched.
 * @param objects normalised manifests
 * @returns what became of each object, in the order of applying
 * @throws ApplyError; the errors of `fence` and `beforeWrite`; `signal.reason` when aborted
 */
export async function applyObjects(objects: readonly KubeObject[], options: ApplyOptions): Promise<AppliedObject[]> {
  const applied: AppliedObject[] = [];
  let mayWrite = false;
  for (const [index, stage] of splitStages(objects, options.customStageKinds).entries()) {
    await options.fence();
    const checked = await checkStage(stage, applied, options);
    await options.failpoint('kustomize/after-dry-run');
    if (!mayWrite && checked.some(({ type }) => type === 'write')) {
      await options.beforeWrite(await predictEntries(orderOf(objects, options), options.kube, options.signal));
      await options.failpoint('kustomize/after-inventory');
      await options.fence();
      mayWrite = true;
    }
    const done = await writeStage(checked, applied, options);
    if (stage.isWaitedFor) await waitFor(done, applied, options);
    if (stage.name === 'definitions') await waitUntilServed(objects, stage.objects, options);
    applied.push(...done);
    await options.failpoint(`kustomize/after-stage-${index + 1}`);
  }
  return applied;
}

function orderOf(objects: readonly KubeObject[], { customStageKinds }: ApplyOptions): KubeObject[] {
  return splitStages(objects, customStageKinds).flatMap((stage) => stage.objects);
}

/** All dry-runs of a stage. Every failure is told of, not only the first. */
async function checkStage(
  stage: Stage,
  applied: readonly AppliedObject[],
  options: ApplyOptions,
): Promise<readonly Checked[]> {
  const results = new Map<KubeObject, Checked | Error>();
  await forEachLimited(stage.objects, async (object) => {
    try {
      results.set(object, await checkObject(object, options));
    } catch (error) {
      options.signal.throwIfAborted();
      results.set(object, error instanceof Error ? error : new Error(String(error)));
    }
  });
  const inOrder = stage.objects.map((object) => results.get(object)!);
  const failures = inOrder.filter((result) => result instanceof Error);
  if (failures.length > 0) throw failed(failures, applied);
  return inOrder.filter((result): result is Checked => !(result instanceof Error));
}

async function writeStage(
  checked: readonly Checked[],
  applied: readonly AppliedObject[],
  options: ApplyOptions,
): Promise<AppliedObject[]> {
  const written = new Map<Checked, AppliedObject>();
  const writes = checked.filter((one) => one.type === 'write');
  try {
    for (const group of groupByRank(writes, (write) => write.target.id.kind)) {
      await forEachLimited(group, async (write) => void written.set(write, await writeObject(write, options)));
    }
  } catch (error) {
    options.signal.throwIfAborted();
    throw failed([error], applied);
  }
  return checked.map((one) => (one.type === 'done' ? one.applied : written.get(one)!));
}

async function waitFor(
  stage: readonly AppliedObject[],
  applied: readonly AppliedObject[],
  options: ApplyOptions,
): Promise<void> {
  try {
    await waitUntilCurrent(stage, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw failed([error], [...applied, ...stage]);
  }
}

/** The errors, then one line per object that the stages before have changed. */
function failed(errors: readonly unknown[], applied: readonly AppliedObject[]): ApplyError {
  const shown = errors.slice(0, maxShownErrors).map(messageOf);
  if (errors.length > maxShownErrors) shown.push(`and ${errors.length - maxShownErrors} more errors`);
  const message = [...shown, formatChanges(applied)].filter((line) => line !== '').join('\n');
  return new ApplyError(message, applied, { cause: errors[0] });
}
