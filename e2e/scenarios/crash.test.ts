import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { GitRepository, KubeObject, Kustomization } from '@sluice/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  configMapGvk,
  configMapYaml,
  deploymentGvk,
  deploymentYaml,
  gitRepository,
  gitRepositoryGvk,
  isReadyAt,
  kustomization,
  kustomizationGvk,
  namespaceYaml,
  requested,
} from './fleet.ts';
import { startWorld, type Controllers, type World } from './world.ts';

const root = join(import.meta.dirname, '../..');

/** Every failpoint that the sources name: a new one is tested without a word here. */
const failpoints = globSync('{controllers,packages}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/failpoint\('((?:source|kustomize|runtime)\/[^']+)'\)/g)].map(
      (match) => match[1]!,
    ),
  )
  .toSorted();

// security-reliability 4.3, 4.4: tables A and K
describe('a kill at any step loses nothing', { timeout: 60_000 }, () => {
  let world: World;
  let round = 0;
  beforeAll(async () => {
    world = await startWorld();
    const commit = await commitRound(0);
    await world.startControllers();
    await world.apply(gitRepository(world.repoUrl), apps);
    await world.until<Kustomization>(kustomizationGvk, 'flux-system', 'apps', isReadyAt(commit));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const apps = kustomization('apps', './apps', { wait: true, timeout: '20s' });

  /** Each round changes an object, brings a new one and takes the one before away. */
  const commitRound = (n: number) =>
    world.repo.commit({
      'apps/namespace.yaml': namespaceYaml,
      'apps/deployment.yaml': deploymentYaml(`web:${n}`),
      [`apps/round-${n}.yaml`]: configMapYaml(`round-${n}`, String(n)),
      ...(n > 0 && { [`apps/round-${n - 1}.yaml`]: null }),
    });

  test('there are failpoints for both tables', () => {
    expect(failpoints.filter((name) => name.startsWith('source/')).length).toBeGreaterThanOrEqual(4);
    expect(failpoints.filter((name) => name.startsWith('kustomize/')).length).toBeGreaterThanOrEqual(8);
  });

  test.for(failpoints.filter((name) => !name.includes('finalizer')))('at %s', async (failpoint) => {
    round++;
    // This one is passed only when the artifact is lost: the store is wiped under stopped controllers.
    if (failpoint === 'source/after-progress') await world.wipeStorage();
    const controllers = await world.startControllers({ SLUICE_FAILPOINT: failpoint });
    const commit = await commitRound(round);
    await world.apply(requested(gitRepository(world.repoUrl), commit), requested(apps, commit));
    await dead(controllers);
    await world.startControllers();
    await world.until<Kustomization>(kustomizationGvk, 'flux-system', 'apps', isReadyAt(commit));
    await expectEqualToGit(commit);
  });

  test.for(failpoints.filter((name) => name.includes('finalizer')))('at %s', async (failpoint) => {
    const controllers = await world.startControllers({ SLUICE_FAILPOINT: failpoint });
    const commit = await commitRound(++round);
    await world.apply(requested(gitRepository(world.repoUrl), commit));
    const extra = kustomization('extra', './apps');
    await world.apply({ ...extra, metadata: { ...extra.metadata, name: 'extra' } });
    if (failpoint.includes('remov')) {
      await world.until<Kustomization>(kustomizationGvk, 'flux-system', 'extra', isReadyAt(commit));
      const resource = await world.kube.resource(kustomizationGvk);
      await world.kube.delete(resource!, { namespace: 'flux-system', name: 'extra' });
    }
    await dead(controllers);
    await world.startControllers();
    const resource = await world.kube.resource(kustomizationGvk);
    await world.kube.delete(resource!, { namespace: 'flux-system', name: 'extra' });
    await world.until(kustomizationGvk, 'flux-system', 'extra', (object) => object === undefined);
    await world.apply(requested(apps, failpoint));
    await world.until<Kustomization>(kustomizationGvk, 'flux-system', 'apps', isReadyAt(commit));
  });

  /** What Git says is in the cluster, and nothing of the rounds before: no orphan, no half-written file. */
  async function expectEqualToGit(commit: string): Promise<void> {
    const configMaps = await world.kube.resource(configMapGvk);
    const { items } = await world.kube.list<KubeObject>(configMaps!, {
      namespace: 'shop',
      labelSelector: 'kustomize.toolkit.fluxcd.io/name=apps',
    });
    expect(items.map((item) => item.metadata.name)).toEqual([`round-${round}`]);
    const web = await world.get(deploymentGvk, 'shop', 'web');
    expect(JSON.stringify(web?.['spec'])).toContain(`"image":"web:${round}"`);
    const apps = await world.get<Kustomization>(kustomizationGvk, 'flux-system', 'apps');
    expect(apps?.status?.inventory?.entries.map((entry) => entry.id).toSorted()).toEqual(
      ['_shop__Namespace', `shop_round-${round}__ConfigMap`, 'shop_web_apps_Deployment'].toSorted(),
    );
    const source = await world.get<GitRepository>(gitRepositoryGvk, 'flux-system', 'fleet');
    expect(source?.status?.artifact?.revision).toBe(`main@sha1:${commit}`);
    const stored = await readdir(world.storageDir, { recursive: true });
    expect(stored).toContain(source?.status?.artifact?.path);
  }
});

/** Waits until the controllers have come to their failpoint. */
async function dead(controllers: Controllers): Promise<void> {
  const late = delay(20_000, 'late', { ref: false });
  if ((await Promise.race([controllers.exited, late])) === 'late') {
    throw new Error(`the failpoint was not reached in 20 s:\n${controllers.output().slice(-3000)}`);
  }
  expect(controllers.process.signalCode).toBe('SIGKILL');
}
