import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasProgram } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test/client.ts';
import { installThings } from './test/objects.ts';

const run = promisify(execFile);

interface Session extends AsyncDisposable {
  readonly api: TestServer;
  /** Runs kubectl; rejects when it fails. @returns what it printed */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  /** A manifest as a file. */
  file(text: string): Promise<string>;
}

async function startSession(): Promise<Session> {
  const api = await startTestServer();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kubectl-'));
  const config = join(dir, 'kubeconfig');
  await api.server.writeKubeconfig(config);
  let files = 0;
  return {
    api,
    kubectl: async (...args) => {
      const env = { ...process.env, KUBECONFIG: config, HOME: dir };
      const { stdout } = await run('kubectl', args, { env });
      return stdout;
    },
    file: async (text) => {
      const path = join(dir, `${(files += 1)}.yaml`);
      await writeFile(path, text);
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function manifest(image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "${image}"}]
`;
}

// kube-api A-42
describe.skipIf(!hasProgram('kubectl'))('kubectl (needs kubectl on the PATH)', () => {
  test('applies, watches and changes a Deployment', async () => {
    await using session = await startSession();
    const { kubectl: k } = session;
    const first = await session.file(manifest('web:1'));
    const second = await session.file(manifest('web:2'));
    expect(await k('apply', '-f', first)).toBe('deployment.apps/web created\n');
    expect(await k('apply', '-f', first)).toBe('deployment.apps/web unchanged\n');
    expect(await k('rollout', 'status', 'deploy/web', '--timeout=10s')).toContain('successfully rolled out');
    expect(await k('wait', '--for=condition=Available', 'deploy/web', '--timeout=10s')).toContain('condition met');
    const diff = await k('diff', '-f', second).catch((error: { code: number; stdout: string }) => {
      expect(error.code).toBe(1);
      return error.stdout;
    });
    expect(diff).toMatch(/^-.*image: web:1\n\+.*image: web:2$/m);
    expect(await k('apply', '-f', second)).toBe('deployment.apps/web configured\n');
    expect(await k('apply', '--server-side', '-f', second)).toBe('deployment.apps/web serverside-applied\n');
    expect(await k('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('web:2');
    expect(await k('scale', 'deploy/web', '--replicas=3')).toBe('deployment.apps/web scaled\n');
    expect(await k('rollout', 'status', 'deploy/web', '--timeout=10s')).toContain('successfully rolled out');
    expect(await k('get', 'deploy')).toMatch(/NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +3\/3 +3 +3 /);
    expect(await k('get', 'pods', '-o', 'wide')).toMatch(/Running .* sluice-local /);
    expect(await k('label', 'deploy/web', 'a=b')).toContain('labeled');
    expect(await k('annotate', 'deploy/web', 'a=b')).toContain('annotated');
    expect(await k('set', 'env', 'deploy/web', 'A=b')).toContain('env updated');
    expect(await k('rollout', 'restart', 'deploy/web')).toContain('restarted');
    expect(await k('rollout', 'undo', 'deploy/web')).toContain('rolled back');
    expect(await k('describe', 'deploy/web')).toContain('NewReplicaSet:');
    expect(await k('delete', 'deploy/web', '--timeout=10s')).toContain('deleted');
    expect(await k('get', 'all', '--ignore-not-found')).not.toContain('deployment');
  });

  // These commands send protobuf.
  test('creates objects by typed commands', async () => {
    await using session = await startSession();
    const { kubectl: k } = session;
    expect(await k('create', 'ns', 'a')).toBe('namespace/a created\n');
    expect(await k('create', 'cm', 'a', '--from-literal=k=v')).toBe('configmap/a created\n');
    expect(await k('create', 'secret', 'generic', 'a', '--from-literal=k=v')).toBe('secret/a created\n');
    expect(await k('create', 'sa', 'a')).toBe('serviceaccount/a created\n');
    expect(await k('create', 'deploy', 'a', '--image=web:1', '--replicas=2')).toBe('deployment.apps/a created\n');
    expect(await k('create', 'service', 'clusterip', 'a', '--tcp=80:8080')).toBe('service/a created\n');
    expect(await k('create', 'role', 'a', '--verb=get', '--resource=pods')).toContain('created');
    expect(await k('create', 'rolebinding', 'a', '--role=a', '--user=u')).toContain('created');
    expect(await k('create', 'job', 'a', '--image=web:1')).toBe('job.batch/a created\n');
    expect(await k('create', 'cronjob', 'a', '--image=web:1', '--schedule=@daily')).toContain('created');
    expect(await k('create', 'ingress', 'a', '--rule=a.example/*=a:80')).toContain('created');
    expect(await k('create', 'quota', 'a', '--hard=cpu=1')).toBe('resourcequota/a created\n');
    expect(await k('create', 'pdb', 'a', '--selector=a=b', '--min-available=50%')).toContain('created');
    expect(await k('run', 'a', '--image=web:1')).toBe('pod/a created\n');
    expect(await k('expose', 'deploy/a', '--name=b', '--port=80')).toBe('service/b exposed\n');
    expect(await k('auth', 'can-i', 'get', 'pods')).toBe('yes\n');
    expect(await k('rollout', 'status', 'deploy/a', '--timeout=10s')).toContain('successfully rolled out');
    const service = await k('get', 'svc', 'a', '-o', 'jsonpath={.spec.ports[0].port}:{.spec.ports[0].targetPort}');
    expect(service).toBe('80:8080');
    expect(await k('get', 'secret', 'a', '-o', 'jsonpath={.data.k}')).toBe('dg==');
    expect(await k('get', 'pdb', 'a', '-o', 'jsonpath={.spec.minAvailable}')).toBe('50%');
  });

  test('finds its way around', async () => {
    await using session = await startSession();
    const { api, kubectl: k } = session;
    await installThings(api);
    const resources = await k('api-resources');
    expect(resources).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(resources).toMatch(/^things +th +s1\.sluice\.dev\/v1 +true +Thing$/m);
    expect(await k('api-versions')).toContain('s1.sluice.dev/v1\n');
    expect(await k('explain', 'deploy.spec.replicas')).toContain('FIELD: replicas <integer>');
    expect(await k('explain', 'thing')).toMatch(/KIND: +Thing/);
    expect(await k('get', 'ns', '-o', 'name')).toContain('namespace/kube-system');
    expect(await k('version')).toContain('Server Version: v1.36');
  });

  test('works with custom resources', async () => {
    await using session = await startSession();
    const { api, kubectl: k } = session;
    await installThings(api);
    const thing = await session.file('apiVersion: s1.sluice.dev/v1\nkind: Thing\nmetadata: {name: a}\nspec: {x: 1}\n');
    expect(await k('apply', '-f', thing)).toBe('thing.s1.sluice.dev/a created\n');
    expect(await k('apply', '-f', thing)).toBe('thing.s1.sluice.dev/a unchanged\n');
    expect(await k('patch', 'th', 'a', '--type=merge', '-p', '{"spec":{"x":2}}')).toContain('patched');
    const status = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
    expect(await k('patch', 'th', 'a', '--subresource=status', '--type=merge', '-p', status)).toContain('patched');
    expect(await k('wait', '--for=condition=Ready', 'thing/a', '--timeout=5s')).toContain('condition met');
    expect(await k('get', 'th')).toMatch(/^NAME +AGE\na +\d+s\n$/);
    expect(await k('delete', '-f', thing, '--timeout=5s')).toContain('deleted');
    const broken = await session.file('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndatas: {}\n');
    const refused = await k('apply', '-f', broken).then(
      () => 'accepted',
      (error: { stderr: string }) => error.stderr,
    );
    expect(refused).toContain('unknown field "datas"');
  });
});
