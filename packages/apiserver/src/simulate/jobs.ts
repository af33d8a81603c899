import type { KubeObject } from '@sluice/api';
import { listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import { ownedBy, ownerKeys, writeStatus, type SimulatedKind, type Simulation } from './controller.ts';
import { isActive, isReady, podOf } from './pods.ts';

const storageKey = 'batch/jobs';

export const jobSimulation: SimulatedKind = {
  storageKey,
  sync: (simulation, job, later) => {
    if (job.metadata.deletionTimestamp === undefined) syncJob(simulation, job, later);
  },
  related: (_simulation, key, event) => (key === '/pods' ? ownerKeys('Job', event) : []),
};

function syncJob(simulation: Simulation, job: KubeObject, later: (delayMs: number) => void): void {
  const { controller, settings } = simulation;
  const now = controller.core.now();
  const finishedAt = finishTime(job);
  if (finishedAt !== undefined) {
    const ttl = recordOf(job.spec).ttlSecondsAfterFinished;
    if (typeof ttl !== 'number') return;
    const left = finishedAt + ttl * 1000 * settings.deadlineScale - now.getTime();
    if (left <= 0) controller.delete(storageKey, job);
    else later(left + 5);
    return;
  }
  if (recordOf(job.spec).suspend === true) suspend(simulation, job, now);
  else work(simulation, job, now, later);
}

function hasCondition(job: KubeObject, type: string): Readonly<JsonRecord> | undefined {
  return listOf(recordOf(job.status).conditions)
    .map(recordOf)
    .find((condition) => condition.type === type && condition.status === 'True');
}

function finishTime(job: KubeObject): number | undefined {
  const done = hasCondition(job, 'Complete') ?? hasCondition(job, 'Failed');
  return done === undefined ? undefined : Date.parse(stringOf(done.lastTransitionTime));
}

function jobCondition(type: string, reason: string, message: string, now: Date, status = 'True'): JsonRecord {
  const time = timestamp(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

function suspend({ controller }: Simulation, job: KubeObject, now: Date): void {
  for (const pod of ownedBy(controller, '/pods', job).filter(isActive)) controller.delete('/pods', pod);
  if (hasCondition(job, 'Suspended') !== undefined) return;
  const others = listOf(recordOf(job.status).conditions).filter(
    (condition) => recordOf(condition).type !== 'Suspended',
  );
  const conditions = [...others, jobCondition('Suspended', 'JobSuspended', 'Job suspended', now)];
  writeStatus(controller, storageKey, job, { conditions, uncountedTerminatedPods: {}, ready: 0, terminating: 0 });
}

function work(simulation: Simulation, job: KubeObject, now: Date, later: (delayMs: number) => void): void {
  const { controller, settings } = simulation;
  const spec = recordOf(job.spec);
  const pods = ownedBy(controller, '/pods', job);
  const succeeded = pods.filter((pod) => recordOf(pod.status).phase === 'Succeeded').length;
  const failed = pods.filter((pod) => recordOf(pod.status).phase === 'Failed').length;
  const active = pods.filter(isActive);
  const old = recordOf(job.status);
  const startTime = stringOf(old.startTime) || timestamp(now);
  const conditions = listOf(old.conditions)
    .map(recordOf)
    .map((condition) =>
      condition.type === 'Suspended' && condition.status === 'True'
        ? jobCondition('Suspended', 'JobResumed', 'Job resumed', now, 'False')
        : condition,
    );
  const base = {
    startTime,
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    terminating: 0,
    uncountedTerminatedPods: {},
  };
  const completions = typeof spec.completions === 'number' ? spec.completions : 1;
  const finish = (types: readonly [string, string], reason: string, message: string) => {
    const ending = types.map((type) => jobCondition(type, reason, message, now));
    const complete = types[1] === 'Complete' ? { completionTime: timestamp(now) } : {};
    writeStatus(controller, storageKey, job, {
      ...base,
      ready: 0,
      ...complete,
      conditions: [...conditions, ...ending],
    });
    for (const pod of active) controller.delete('/pods', pod);
  };
  const deadline = spec.activeDeadlineSeconds;
  const left =
    typeof deadline === 'number'
      ? Date.parse(startTime) + deadline * 1000 * settings.deadlineScale - now.getTime()
      : undefined;
  if (succeeded >= completions) {
    finish(['SuccessCriteriaMet', 'Complete'], 'CompletionsReached', 'Reached expected number of succeeded pods');
  } else if (failed > numberOf(spec.backoffLimit, 6)) {
    finish(['FailureTarget', 'Failed'], 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  } else if (left !== undefined && left <= 0) {
    finish(['FailureTarget', 'Failed'], 'DeadlineExceeded', 'Job was active longer than specified deadline');
  } else {
    if (left !== undefined) later(left + 5);
    const wanted = Math.min(numberOf(spec.parallelism, 1), completions - succeeded);
    for (let n = active.length; n < wanted; n += 1) controller.create('/pods', podOf(job, spec.template, {}));
    const running = ownedBy(controller, '/pods', job).filter(isActive);
    const ready = running.filter(isReady).length;
    const counts = { ...(running.length === 0 ? {} : { active: running.length }), ready };
    writeStatus(controller, storageKey, job, {
      ...base,
      ...counts,
      ...(conditions.length === 0 ? {} : { conditions }),
    });
  }
}
