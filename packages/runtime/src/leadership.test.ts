import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Leadership } from './leadership.ts';
import { startCluster, until } from './test/cluster.ts';
import { startManager } from './test/manager.ts';

function candidate() {
  const listeners: (() => void)[] = [];
  let leads = false;
  let released = false;
  const leadership: Leadership = {
    isLeader: () => leads,
    onGain: (listener) => listeners.push(listener),
    release: async () => void (released = true),
  };
  return {
    leadership,
    isReleased: () => released,
    lead: () => {
      leads = true;
      for (const listener of listeners) listener();
    },
    lose: () => void (leads = false),
  };
}

test('only a leader enqueues, and a new one at once what moved', async () => {
  await using cluster = await startCluster();
  const { leadership, lead, lose, isReleased } = candidate();
  {
    await using manager = await startManager(cluster, { leadership });
    await cluster.create('a', { text: 'x' });
    await sleep(200);
    expect(manager.calls).toEqual([]);
    expect((await fetch(`${manager.url}/readyz`)).status).toBe(200);
    lead();
    await cluster.until('a', (app) => app.status?.text === 'x');
    lose();
    await cluster.patch('a', { spec: { text: 'y' } });
    await sleep(200);
    expect(manager.calls).toHaveLength(1);
    lead();
    await cluster.until('a', (app) => app.status?.text === 'y');
    expect(isReleased()).toBe(false);
  }
  expect(isReleased()).toBe(true);
});

test('a run that began under another leader asks for the next one itself', async () => {
  await using cluster = await startCluster();
  const { leadership, lead, lose } = candidate();
  lead();
  const gate = Promise.withResolvers<void>();
  await using manager = await startManager(cluster, {
    leadership,
    async reconcile(app, ctx) {
      if (manager.calls.length === 1) await gate.promise;
      return { type: 'done', status: { ...ctx.status(), text: app.spec.text ?? '' } };
    },
  });
  await cluster.create('a', { text: 'x' });
  await until(() => manager.calls[0], 'the first run');
  lose();
  await cluster.patch('a', { spec: { text: 'y' } });
  await sleep(200); // until the cache has the change
  gate.resolve();
  await cluster.until('a', (app) => app.status?.text === 'y');
});

test('after a restart what is well waits for its turn', async () => {
  await using cluster = await startCluster();
  {
    await using _ = await startManager(cluster);
    for (const name of ['well', 'moved']) await cluster.create(name, { text: 'x' });
    for (const name of ['well', 'moved']) await cluster.until(name, (app) => app.status?.runs === 1);
  }
  await cluster.patch('moved', { spec: { text: 'y' } });
  await using manager = await startManager(cluster, { random: () => 0.02 }); // 2 % of 60 s
  await cluster.until('moved', (app) => app.status?.text === 'y');
  expect(manager.calls.map(({ name }) => name)).toEqual(['moved']);
  await until(() => (manager.calls.length === 2 ? true : undefined), 'the spread run');
  expect(manager.calls[1]).toMatchObject({ name: 'well', level: 'interval' });
});
