import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitRepository, KubeObject, Kustomization } from '@sluice/api';
import { hasProgram } from '@sluice/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  readyOf,
  requested,
} from './fleet.ts';
import { startWorld, type World } from './world.ts';

const exec = promisify(execFile);
const files = {
  'apps/namespace.yaml': namespaceYaml,
  'apps/deployment.yaml': deploymentYaml('web:1'),
  'apps/settings.yaml': configMapYaml('settings', 'one'),
};

describe('one change flows', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const spec = (object: KubeObject | undefined) =>
    object?.['spec'] as { replicas: number; template: { spec: { containers: { image: string; env?: unknown[] }[] } } };
  const push = async (changes: Parameters<World['repo']['commit']>[0]) => {
    const commit = await world.repo.commit(changes);
    await world.apply(requested(gitRepository(world.repoUrl), commit));
    return commit;
  };
  const applied = (commit: string) =>
    world.until<Kustomization>(kustomizationGvk, 'flux-system', 'apps', isReadyAt(commit));
  const install = async (extra: Parameters<typeof kustomization>[2] = {}) => {
    const commit = await world.repo.commit(files);
    await world.startControllers();
    await world.apply(gitRepository(world.repoUrl), kustomization('apps', './apps', extra));
    await applied(commit);
    return commit;
  };

  test('a push arrives in the cluster, and a removed file takes its object along', async () => {
    await install({ wait: true, timeout: '20s' });
    const second = await push({ 'apps/deployment.yaml': deploymentYaml('web:2'), 'apps/settings.yaml': null });
    await applied(second);
    expect(spec(await world.get(deploymentGvk, 'shop', 'web')).template.spec.containers[0]?.image).toBe('web:2');
    expect(await world.get(configMapGvk, 'shop', 'settings')).toBeUndefined();
  });

  test.for([
    { what: 'a scaled Deployment', args: ['scale', 'deployment', 'web', '--replicas=5'] },
    { what: 'a set variable', args: ['set', 'env', 'deployment/web', 'DEBUG=1'] },
    { what: 'a set image', args: ['set', 'image', 'deployment/web', 'web=web:hacked'] },
    { what: 'a deleted Deployment', args: ['delete', 'deployment', 'web', '--wait=false'] },
    {
      what: 'a label of ours that was changed',
      args: ['label', 'deployment', 'web', 'kustomize.toolkit.fluxcd.io/name=other', '--overwrite'],
    },
  ])('$what is put back without a new commit (needs kubectl)', async ({ args }, { skip }) => {
    if (!hasProgram('kubectl')) skip('kubectl is not installed');
    await install();
    const before = await world.get(deploymentGvk, 'shop', 'web');
    await exec('kubectl', ['--kubeconfig', world.kubeconfig, '-n', 'shop', ...args]);
    await world.until(deploymentGvk, 'shop', 'web', (object) => {
      const container = spec(object)?.template.spec.containers[0];
      const touched = object?.metadata.resourceVersion !== before?.metadata.resourceVersion;
      const ours = object?.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] === 'apps';
      return (
        touched &&
        ours &&
        spec(object)?.replicas === 2 &&
        container?.image === 'web:1' &&
        (container.env ?? []).length === 0
      );
    });
  });

  test('a broken overlay is told with its file, keeps the old objects, and the next push mends it', async () => {
    await install();
    await push({ 'apps/kustomization.yaml': 'resources:\n- namespace.yaml\n- deployment.yaml\n- missing.yaml\n' });
    const failed = await world.until<Kustomization>(
      kustomizationGvk,
      'flux-system',
      'apps',
      (o) => readyOf(o)?.status === 'False',
    );
    expect(readyOf(failed)).toMatchObject({ reason: 'BuildFailed', message: expect.stringContaining('missing.yaml') });
    expect(await world.get(configMapGvk, 'shop', 'settings')).toBeDefined();
    const mended = await push({ 'apps/kustomization.yaml': 'resources:\n- namespace.yaml\n- deployment.yaml\n' });
    await applied(mended);
    expect(await world.get(configMapGvk, 'shop', 'settings')).toBeUndefined();
  });

  test('an object that the server refuses keeps its whole stage from being applied', async () => {
    await install();
    await push({ 'apps/deployment.yaml': deploymentYaml('web:2').replace('replicas: 2', 'replicas: many') });
    const failed = await world.until<Kustomization>(
      kustomizationGvk,
      'flux-system',
      'apps',
      (o) => readyOf(o)?.status === 'False',
    );
    expect(readyOf(failed)?.message).toContain('Deployment/shop/web');
    expect(spec(await world.get(deploymentGvk, 'shop', 'web')).template.spec.containers[0]?.image).toBe('web:1');
  });

  test('a missing dependency is waited for, and its coming wakes who waits', async () => {
    const commit = await world.repo.commit({
      ...files,
      'base/settings.yaml': `${namespaceYaml}---\n${configMapYaml('base', 'x')}`,
    });
    await world.startControllers();
    await world.apply(gitRepository(world.repoUrl), kustomization('apps', './apps', { dependsOn: [{ name: 'base' }] }));
    const waiting = await world.until<Kustomization>(
      kustomizationGvk,
      'flux-system',
      'apps',
      (o) => readyOf(o)?.reason === 'DependencyNotReady',
    );
    expect(readyOf(waiting)?.message).toContain("dependency 'flux-system/base' not found");
    await world.apply(kustomization('base', './base'));
    await applied(commit);
  });

  test('deleting the Kustomization deletes what it applied', async () => {
    await install();
    const resource = await world.kube.resource(kustomizationGvk);
    await world.kube.delete(resource!, { namespace: 'flux-system', name: 'apps' });
    await world.until(kustomizationGvk, 'flux-system', 'apps', (object) => object === undefined);
    expect(await world.get(deploymentGvk, 'shop', 'web')).toBeUndefined();
  });

  test('a suspended Kustomization lets drift be, and corrects it once resumed', async () => {
    await install();
    const suspended = kustomization('apps', './apps', { suspend: true });
    await world.apply(suspended);
    const settings = { data: { value: 'changed by hand' } };
    const resource = await world.kube.resource(configMapGvk);
    await world.kube.patch(resource!, { namespace: 'shop', name: 'settings' }, settings, {
      type: 'merge',
      fieldManager: 'kubectl-edit',
    });
    await world.apply(requested(suspended, 'now'));
    await world.until<Kustomization>(
      kustomizationGvk,
      'flux-system',
      'apps',
      (o) => o?.status?.lastHandledReconcileAt === 'now',
    );
    expect((await world.get(configMapGvk, 'shop', 'settings'))?.['data']).toEqual(settings.data);
    await world.apply(kustomization('apps', './apps', { suspend: false }));
    await world.until(
      configMapGvk,
      'shop',
      'settings',
      (o) => (o?.['data'] as { value: string } | undefined)?.value === 'one',
    );
  });
});

test('wrong credentials are told without the password; a mended Secret and a request help', async () => {
  await using world = await startWorld({ auth: { type: 'basic', username: 'robot', password: 'right-password' } });
  const commit = await world.repo.commit(files);
  const controllers = await world.startControllers();
  const secret = (password: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'git', namespace: 'flux-system' },
    stringData: { username: 'robot', password },
  });
  const source = gitRepository(world.repoUrl, { secretRef: { name: 'git' } });
  await world.apply(secret('wrong-password'), source);
  const failed = await world.until<GitRepository>(
    gitRepositoryGvk,
    'flux-system',
    'fleet',
    (o) => readyOf(o)?.status === 'False',
  );
  expect(readyOf(failed)?.message).toMatch(/authentication|401|unauthorized/i);
  await world.apply(secret('right-password'), requested(source, 'again'));
  const mended = await world.until<GitRepository>(
    gitRepositoryGvk,
    'flux-system',
    'fleet',
    (o) => readyOf(o)?.status === 'True',
  );
  expect(mended?.status?.artifact?.revision).toBe(`main@sha1:${commit}`);
  expect(controllers.output()).not.toMatch(/wrong-password|right-password|cm9ib3Q6/);
  expect(JSON.stringify(failed)).not.toContain('wrong-password');
});
