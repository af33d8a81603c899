import { setTimeout as delay } from 'node:timers/promises';
import type { Kustomization } from '@sluice/api';
import { expect, test } from 'vitest';
import {
  configMapYaml,
  deploymentYaml,
  gitRepository,
  isReadyAt,
  kustomization,
  kustomizationGvk,
  namespaceYaml,
} from './fleet.ts';
import { startWorld } from './world.ts';

const quietMs = 12_000;

test('when all is in place, nothing is asked but watches', async () => {
  await using world = await startWorld();
  const commit = await world.repo.commit({
    'apps/namespace.yaml': namespaceYaml,
    'apps/deployment.yaml': deploymentYaml('web:1'),
    'apps/settings.yaml': configMapYaml('settings', 'one'),
  });
  await world.startControllers();
  await world.apply(gitRepository(world.repoUrl), kustomization('apps', './apps', { wait: true, timeout: '20s' }));
  await world.until<Kustomization>(kustomizationGvk, 'flux-system', 'apps', isReadyAt(commit));
  // What the last run still had to say (events are sent in batches) is said first.
  await delay(5000);
  world.takeRequests();
  await delay(quietMs);
  expect(world.takeRequests().filter((line) => !line.includes('watch=true'))).toEqual([]);
});
