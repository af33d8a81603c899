import { createInProcessQueue, type Backoff } from '@sluice/queue';
import type { AddressInfo } from 'node:net';
import type { Kind } from '../kind.ts';
import { createLogger } from '../logger.ts';
import { runManager, type ManagerOptions } from '../manager.ts';
import { appGvk, applyText, type App, type AppContext, type AppStatus } from './app.ts';
import type { Cluster } from './cluster.ts';

/** One call of the kind's `reconcile` or `finalize`. */
export interface Called {
  readonly name: string;
  readonly what: 'reconcile' | 'finalize';
  readonly level: string;
  readonly generation: number | undefined;
  readonly atMs: number;
}

export interface RunningManager extends AsyncDisposable {
  readonly calls: readonly Called[];
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly url: string;
  stop(): Promise<void>;
}

type AppKind = Kind<AppStatus, App>;

export interface AppManagerOptions extends Partial<Omit<ManagerOptions, 'kinds' | 'kube'>> {
  readonly kind?: Partial<Omit<AppKind, 'reconcile' | 'finalize'>>;
  readonly reconcile?: AppKind['reconcile'];
  readonly finalize?: AppKind['finalize'];
  readonly backoff?: Backoff;
}

/** Runs a manager for `App` on the cluster and waits until it works. Stops it in the end. */
export async function startManager(cluster: Cluster, options: AppManagerOptions = {}): Promise<RunningManager> {
  const calls: Called[] = [];
  const log: Record<string, unknown>[] = [];
  const { kind, reconcile = applyText, finalize, backoff = { baseMs: 100, maxMs: 800 }, ...rest } = options;
  const note = (app: App, what: Called['what'], ctx: AppContext) =>
    calls.push({
      name: app.metadata.name,
      what,
      level: ctx.level,
      generation: app.metadata.generation,
      atMs: performance.now(),
    });
  const appKind: AppKind = {
    gvk: appGvk,
    controller: 'app-controller',
    triggers: [],
    intervalMs: (app) => app.spec.intervalMs ?? 600_000,
    ...kind,
    reconcile(app, ctx) {
      note(app, 'reconcile', ctx);
      return reconcile(app, ctx);
    },
    ...(finalize !== undefined && {
      finalize(app: App, ctx: AppContext) {
        note(app, 'finalize', ctx);
        return finalize(app, ctx);
      },
    }),
  };
  const stop = new AbortController();
  const started = Promise.withResolvers<readonly AddressInfo[]>();
  const done = runManager(
    {
      kube: cluster.kube,
      queue: createInProcessQueue({ backoff }),
      log: createLogger({
        level: 'debug',
        write: (line) => log.push(JSON.parse(line) as Record<string, unknown>),
      }),
      kinds: [appKind],
      listen: [{ host: '127.0.0.1', port: 0 }],
      graceMs: 6000,
      onStarted: ({ addresses }) => started.resolve(addresses),
      ...rest,
    },
    stop.signal,
  );
  done.catch(started.reject);
  const [address] = await started.promise;
  const close = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  return { calls, log, url: `http://127.0.0.1:${address?.port}`, stop: close, [Symbol.asyncDispose]: close };
}
