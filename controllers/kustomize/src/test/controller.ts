import { createCompute, type Compute } from '@sluice/compute';
import { afterAll } from 'vitest';
import { createInProcessQueue } from '@sluice/queue';
import { createLogger, runManager, type ManagerOptions } from '@sluice/runtime';
import { kustomizationKind, type KustomizeOptions } from '../kustomization-kind.ts';
import type { Fleet } from './fleet.ts';

export interface RunningController extends AsyncDisposable {
  readonly log: readonly Readonly<Record<string, unknown>>[];
}

export interface ControllerOptions extends Pick<ManagerOptions, 'failpoint'> {
  readonly settings?: KustomizeOptions['settings'];
  readonly fetch?: KustomizeOptions['fetch'];
}

/** One pool of threads for all tests of a file: starting a thread costs more than most tests. */
export function sharedCompute(): Compute {
  const compute = createCompute({ threads: 1, idleMs: 60_000 });
  afterAll(() => compute[Symbol.asyncDispose]());
  return compute;
}

/** The controller on the real runtime and queue, in this process. Stops it in the end. */
export async function startController(
  fleet: Fleet,
  compute: Compute,
  options: ControllerOptions = {},
): Promise<RunningController> {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'debug',
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const stop = new AbortController();
  const started = Promise.withResolvers<void>();
  const kind = kustomizationKind({
    compute,
    log,
    ...(options.settings !== undefined && { settings: options.settings }),
    fetch: options.fetch ?? { retry: { attempts: 2, minDelayMs: 10, maxDelayMs: 20 } },
  });
  const done = runManager(
    {
      kube: fleet.kube,
      queue: createInProcessQueue({ backoff: { baseMs: 100, maxMs: 800 } }),
      log,
      kinds: [kind],
      graceMs: 8000,
      onStarted: () => started.resolve(),
      ...(options.failpoint !== undefined && { failpoint: options.failpoint }),
      clock: fleet.clock,
    },
    stop.signal,
  );
  done.catch((error: unknown) => started.reject(error));
  await started.promise;
  return {
    log: lines,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}
