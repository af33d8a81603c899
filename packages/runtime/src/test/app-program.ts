import { connectKube, loadConnection } from '@sluice/kube';
import { createInProcessQueue } from '@sluice/queue';
import { killAt } from '../failpoints.ts';
import type { Kind } from '../kind.ts';
import { createLogger } from '../logger.ts';
import { runManager } from '../manager.ts';
import { type App, appGvk, applyText, type AppStatus } from './app.ts';

// The process that the tests kill: a manager for `App`. Arguments: the kubeconfig.
const kind: Kind<AppStatus, App> = {
  gvk: appGvk,
  controller: 'app-controller',
  finalizer: 'test/finalizer',
  triggers: [],
  intervalMs: () => 600_000,
  async reconcile(app, ctx) {
    await ctx.progress({ ...ctx.status(), progress: 'begun' } as AppStatus);
    await ctx.failpoint('app/after-progress');
    return applyText(app, ctx);
  },
  finalize: async (_, ctx) => ({ type: 'done', status: ctx.status() }),
};
const kube = connectKube(await loadConnection({ kubeconfig: process.argv[2]! }), 'app-program');
const failpoint = killAt(process.env['SLUICE_FAILPOINT']);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
await runManager(
  { kube, queue: createInProcessQueue(), log: createLogger(), kinds: [kind], failpoint, graceMs: 6000 },
  stop.signal,
);
await kube[Symbol.asyncDispose]();
