import { expect, test } from 'vitest';
import { startCluster } from './test/cluster.ts';
import { startManager } from './test/manager.ts';

test('reconciles a new object and writes its status', async () => {
  await using cluster = await startCluster();
  await using manager = await startManager(cluster);
  await cluster.create('a', { text: 'hello' });
  const app = await cluster.until('a', (now) => now.status?.text === 'hello');
  expect(app.status).toMatchObject({ observedGeneration: 1, runs: 1 });
  expect(manager.calls.map(({ name, level }) => [name, level])).toEqual([['a', 'change']]);
});
