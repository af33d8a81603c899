import { ReconcileError, findCondition } from '@sluice/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { startManager } from './test/manager.ts';
import { type App, type AppContext, appKey, applyText, type AppOutcome, type AppStatus, ready } from './test/app.ts';

function writesOf({ requests }: Cluster, plural = 'apps'): string[] {
  return requests
    .filter(({ resource, verb, userAgent }) => resource === plural && verb === 'patch' && userAgent === 'runtime-test')
    .map(({ subresource }) => subresource);
}

function readyOf(app: App | undefined) {
  return findCondition(app?.status?.conditions, 'Ready');
}

test('reconciles a new object and writes its status', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'hello' });
  const app = await cluster.until('a', (now) => now.status?.text === 'hello');
  expect(app.status).toMatchObject({ observedGeneration: 1, runs: 1 });
  expect(manager.calls.map(({ name, level }) => [name, level])).toEqual([['a', 'change']]);
});

// source 20.2-19
test('the finalizer is there before anything else happens', async () => {
  await using cluster = await startCluster();
  let finalizers: readonly string[] | undefined;
  let status: AppStatus | undefined;
  await using _ = await startManager(cluster, {
    kind: { finalizer: 'test/finalizer' },
    async reconcile(app, ctx) {
      const live = await cluster.get('a');
      finalizers = live?.metadata.finalizers;
      status = live?.status;
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', {}, { finalizers: ['other/one'] });
  await cluster.until('a', (app) => app.status?.runs === 1);
  expect(finalizers).toEqual(['other/one', 'test/finalizer']);
  expect(status).toBeUndefined();
});

// source 20.2-23, security 4.1 I11
test('an unchanged run writes nothing and sends nothing', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'x', intervalMs: 1000 });
  const before = await cluster.until('a', (app) => app.status?.runs === 1);
  const writes = writesOf(cluster).length;
  await until(() => (manager.calls.length >= 3 ? true : undefined), 'two interval runs');
  const after = await cluster.get('a');
  expect(after?.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  expect(writesOf(cluster)).toHaveLength(writes);
  expect(await cluster.events('a')).toEqual([]);
  expect(manager.calls.slice(1).map(({ level }) => level)).toEqual(manager.calls.slice(1).map(() => 'interval'));
});

// source 20.2-21
test('the next run comes after the interval', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, { jitter: 0.05 });
  await cluster.create('a', { intervalMs: 1000 });
  await until(() => (manager.calls.length >= 3 ? true : undefined), 'three runs');
  const gaps = manager.calls.slice(1).map(({ atMs }, i) => atMs - manager.calls[i]!.atMs);
  expect(Math.min(...gaps)).toBeGreaterThan(940);
});

// source 20.2-20 (what a kind reports on the way is seen at once)
test('progress is written at once, and the end puts it away', async () => {
  await using cluster = await startCluster();
  const seen = Promise.withResolvers<AppStatus | undefined>();
  await using _ = await startManager(cluster, {
    async reconcile(app, ctx) {
      const lastTransitionTime = '2026-01-01T00:00:00Z';
      const condition = { status: 'True', reason: 'Progressing', message: 'working', lastTransitionTime } as const;
      await ctx.progress({ ...ctx.status(), conditions: [{ ...condition, type: 'Reconciling' }] });
      seen.resolve((await cluster.get('a'))?.status);
      return applyText({ ...app, spec: { text: 'done' } }, ctx);
    },
  });
  await cluster.create('a');
  expect((await seen.promise)?.conditions).toMatchObject([{ type: 'Reconciling', message: 'working' }]);
  const app = await cluster.until('a', (now) => now.status?.text === 'done');
  expect(app.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  expect(writesOf(cluster)).toEqual(['status', 'status']);
});

// source 20.2-25, 20.2-26, 20.2-27, 20.2-33
test('a failure is shown, tried again with growing delays, and forgotten when it is over', async () => {
  await using cluster = await startCluster();
  let broken = true;
  await using manager = await startManager(cluster, {
    reconcile(app, ctx) {
      if (broken) throw new ReconcileError('GitOperationFailed', 'cannot clone', { condition: 'FetchFailed' });
      return applyText(app, { ...ctx, status: () => ({ ...ctx.status(), conditions: [] }) });
    },
  });
  await cluster.create('a', {}, { annotations: { 'reconcile.fluxcd.io/requestedAt': 'x' } });
  await until(() => (manager.calls.length >= 4 ? true : undefined), 'four attempts');
  const failing = (await cluster.get('a'))!;
  expect(failing.status).toMatchObject({ lastHandledReconcileAt: 'x' });
  expect(failing.status).not.toHaveProperty('observedGeneration');
  for (const type of ['Ready', 'FetchFailed']) {
    expect(findCondition(failing.status?.conditions, type)).toMatchObject({
      status: type === 'Ready' ? 'False' : 'True',
      reason: 'GitOperationFailed',
      message: 'cannot clone',
      observedGeneration: 1,
    });
  }
  const gaps = manager.calls.slice(1).map(({ atMs }, i) => atMs - manager.calls[i]!.atMs);
  [100, 200, 400].forEach((gap, i) => expect(gaps[i]).toBeGreaterThan(gap - 5));
  broken = false;
  const mended = await cluster.until('a', (app) => readyOf(app)?.status === 'True');
  expect(mended.status).toMatchObject({ observedGeneration: 1 });
  await until(async () => {
    const [event] = await cluster.events('a');
    return event?.['count'] === manager.calls.length - 1 ? event : undefined;
  }, 'one event that counts the attempts');
});

test('the backoff is never longer than the interval', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    backoff: { baseMs: 20_000, maxMs: 20_000 },
    reconcile: () => Promise.reject(new ReconcileError('Failed', 'no')),
  });
  await cluster.create('a', { intervalMs: 1000 });
  await until(() => (manager.calls.length >= 2 ? true : undefined), 'the second attempt');
});

// source 20.2-28, 20.2-29
test('a stalled object rests until something asks for it', async () => {
  await using cluster = await startCluster();
  const reconcile = async (app: App, ctx: AppContext): Promise<AppOutcome> => {
    if (app.spec.text === 'good') return applyText(app, ctx);
    throw new ReconcileError('URLInvalid', 'bad url', { retry: 'stalled' });
  };
  {
    await using manager = await startManager(cluster, { reconcile });
    await cluster.create('a', { text: 'bad', intervalMs: 1000 });
    const stalled = await cluster.until('a', (app) => app.status?.conditions !== undefined);
    expect(stalled.status).toMatchObject({ observedGeneration: 1 });
    expect(stalled.status?.conditions).toMatchObject([
      { type: 'Stalled', status: 'True', reason: 'URLInvalid', message: 'bad url' },
      { type: 'Ready', status: 'False', reason: 'URLInvalid', message: 'bad url' },
    ]);
    await sleep(1300);
    expect(manager.calls).toHaveLength(1);
    await cluster.request('a', 'now');
    await cluster.until('a', (app) => app.status?.lastHandledReconcileAt === 'now');
    expect(manager.calls).toHaveLength(2);
  }
  await using manager = await startManager(cluster, { reconcile });
  await until(() => (manager.calls.length === 1 ? true : undefined), 'a run after the restart');
  await cluster.patch('a', { spec: { text: 'good' } });
  const mended = await cluster.until('a', (app) => readyOf(app)?.status === 'True');
  expect(mended.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
});

// source 20.2-30, 20.2-32, kustomization 23-14
test('a suspended object is left alone but for requests, and runs when resumed', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'x', intervalMs: 1000 });
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.patch('a', { spec: { suspend: true, text: 'y' } });
  await cluster.until('a', (app) => app.status?.observedGeneration === 2);
  const calls = manager.calls.length;
  await cluster.request('a', 'now');
  await cluster.until('a', (app) => app.status?.lastHandledReconcileAt === 'now');
  await sleep(1200);
  expect(manager.calls).toHaveLength(calls);
  await cluster.patch('a', { spec: { suspend: false } });
  await cluster.until('a', (app) => app.status?.text === 'y');
});

// source 20.2-35, kustomization 23-13
test("a person's request is handled at once and noted, also when nothing is to be done", async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.runs === 1);
  await cluster.request('a', 'not a time');
  const app = await cluster.until('a', (now) => now.status?.lastHandledReconcileAt !== undefined);
  expect(app.status).toMatchObject({ lastHandledReconcileAt: 'not a time', runs: 1 });
  expect(manager.calls.at(-1)?.level).toBe('person');
  const calls = manager.calls.length;
  await cluster.patch('a', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': null, other: 'x' } } });
  await sleep(200);
  expect(manager.calls).toHaveLength(calls);
});

// source 20.2-35: what is noted is what was asked when the run began
test('a request during a run is handled by one more run', async () => {
  await using cluster = await startCluster();
  const gate = Promise.withResolvers<void>();
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      if (app.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] === 'first') await gate.promise;
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', {}, { annotations: { 'reconcile.fluxcd.io/requestedAt': 'first' } });
  await until(() => (manager.calls.length === 1 ? true : undefined), 'the first run');
  await cluster.request('a', 'second');
  gate.resolve();
  await cluster.until('a', (app) => app.status?.lastHandledReconcileAt === 'second');
  expect(manager.calls).toHaveLength(2);
});

// source 20.2-41, kustomization 23-22
test('a fault in the program is counted, shown and tried again', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    reconcile(app, ctx) {
      if (manager.calls.length === 1) (undefined as unknown as { field: string }).field.trim();
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.text === 'x');
  const metrics = await (await fetch(`${manager.url}/metrics`)).text();
  expect(metrics).toContain('controller_runtime_reconcile_panics_total{controller="app"} 1');
  expect(metrics).toContain('controller_runtime_reconcile_errors_total{controller="app"} 1');
});

test('an unknown error makes the object not ready, and its secrets stay hidden', async () => {
  await using cluster = await startCluster();
  const secrets = await cluster.resource({ group: '', version: 'v1', kind: 'Secret' });
  const data = { password: Buffer.from('correct horse').toString('base64'), username: btoa('operator') };
  const metadata = { name: 's', namespace: 'default' };
  await cluster.kube.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, data });
  await using manager = await startManager(cluster, {
    async reconcile(_, ctx) {
      await ctx.read({ group: '', version: 'v1', kind: 'Secret' }, appKey('s'));
      ctx.log.info({ header: 'correct horse' }, 'asking');
      ctx.event({ severity: 'info', reason: 'Asking', message: 'as operator with correct horse' });
      throw new Error('operator: 401 for correct horse');
    },
  });
  await cluster.create('a');
  const app = await cluster.until('a', (now) => readyOf(now) !== undefined);
  expect(readyOf(app)).toMatchObject({ status: 'False', reason: 'Failed', message: 'operator: 401 for *****' });
  await until(async () => ((await cluster.events('a')).length === 2 ? true : undefined), 'two events');
  expect((await cluster.events('a')).map((event) => String(event['message'])).toSorted()).toEqual([
    'as operator with *****',
    'operator: 401 for *****',
  ]);
  expect(JSON.stringify(manager.log)).not.toContain('horse');
});

// source 20.2-42, kustomization 23-183
test('a message that is too long is cut', async () => {
  await using cluster = await startCluster();
  await using _ = await startManager(cluster, {
    reconcile: () => Promise.reject(new ReconcileError('BuildFailed', 'x'.repeat(40_000))),
  });
  await cluster.create('a');
  const app = await cluster.until('a', (now) => readyOf(now) !== undefined);
  expect(readyOf(app)?.message).toHaveLength(32_768);
  expect(readyOf(app)?.message.endsWith('...')).toBe(true);
});

test('done but not ready is tried again', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      const isReady = manager.calls.length > 1 ? 'True' : 'False';
      return { type: 'done', status: { conditions: ready(app, ctx, isReady, 'R', 'm') } };
    },
  });
  await cluster.create('a');
  await cluster.until('a', (app) => readyOf(app)?.status === 'True');
});

// kustomization 23-21, security 84
test('changes during a run are one more run, with the last generation', async () => {
  await using cluster = await startCluster();
  const gate = Promise.withResolvers<void>();
  let most = 0;
  let running = 0;
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      most = Math.max(most, (running += 1));
      if (manager.calls.length === 1) await gate.promise;
      running -= 1;
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: '0' });
  await until(() => (manager.calls.length === 1 ? true : undefined), 'the first run');
  for (let i = 1; i <= 5; i++) await cluster.patch('a', { spec: { text: String(i) } });
  gate.resolve();
  await cluster.until('a', (app) => app.status?.text === '5');
  await sleep(150);
  expect(manager.calls.map(({ generation }) => generation)).toEqual([1, 6]);
  expect(most).toBe(1);
});

// source 20.2-39, 20.2-40, security 173
test('what others write into the status meanwhile survives', async () => {
  await using cluster = await startCluster();
  const foreign = {
    type: 'Foreign',
    status: 'True',
    reason: 'F',
    message: 'f',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  await using _ = await startManager(cluster, {
    async reconcile(app, ctx) {
      await cluster.patch('a', { status: { note: 'theirs', conditions: [foreign] } }, 'status');
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'x' });
  const app = await cluster.until('a', (now) => now.status?.text === 'x');
  expect(app.status).toMatchObject({ note: 'theirs', observedGeneration: 1 });
  expect(app.status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Foreign']);
});

test('a result is written for the generation that was reconciled, though the object has moved on', async () => {
  await using cluster = await startCluster();
  let first: AppStatus | undefined;
  await using manager = await startManager(cluster, {
    async reconcile(app, ctx) {
      if (manager.calls.length === 1) await cluster.patch('a', { spec: { text: 'second' } });
      else first = (await cluster.get('a'))?.status;
      return applyText(app, ctx);
    },
  });
  await cluster.create('a', { text: 'first' });
  await cluster.until('a', (app) => app.status?.text === 'second');
  expect(first).toMatchObject({ text: 'first', observedGeneration: 1 });
});
