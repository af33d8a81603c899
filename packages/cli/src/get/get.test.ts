import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { condition, gitRepository, kustomization, startCluster, type TestCluster } from '../test/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.put(gitRepository('app'));
  await cluster.put(kustomization('web', 'True'));
  const failing = kustomization('db', 'False');
  await cluster.put({ ...failing, metadata: { ...failing.metadata, labels: { tier: 'data' } } });
  await cluster.put(kustomization('unknown', 'Unknown', { suspend: true }));
  await cluster.put(kustomization('fresh'));
});
afterAll(() => cluster[Symbol.asyncDispose]());

const names = (out: string) =>
  out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('\t')[0]?.trim());

// cli 25-8
test('a table with padded cells, a tab behind each, and short hashes', async () => {
  const { code, out } = await cluster.sluice('get', 'sources', 'git', '-n', 'apps');
  expect(code).toBe(0);
  const message = "stored artifact for revision 'main@sha1:1f0c9b2a'";
  expect(out).toBe(
    `NAME\tREVISION          \tSUSPENDED\tREADY\t${'MESSAGE'.padEnd(message.length)}\t\n` +
      `app \tmain@sha1:1f0c9b2a\tFalse    \tTrue \t${message}\t\n`,
  );
});

// cli 25-9
test.for([
  { selector: 'tier=data', want: ['db'] },
  { selector: 'tier in (data,cache)', want: ['db'] },
  { selector: 'tier', want: ['db'] },
])('label selector $selector', async ({ selector, want }) => {
  const { out } = await cluster.sluice('get', 'ks', '-n', 'apps', '-l', selector);
  expect(names(out)).toEqual(want);
});

test('a label selector that cannot be read', async () => {
  const { code, err } = await cluster.sluice('get', 'ks', '-n', 'apps', '-l', 'a in (');
  expect([code, err]).toEqual([1, expect.stringContaining('✗ unable to parse label selector: ')]);
});

// cli 25-10, 25-11
test.for([
  { selector: 'ready=false', want: ['db'] },
  { selector: 'ready!=true', want: ['db', 'fresh', 'unknown'] },
  { selector: 'READY=True', want: ['web'] },
])('status selector $selector', async ({ selector, want }) => {
  const { out } = await cluster.sluice('get', 'ks', '-n', 'apps', '--status-selector', selector);
  expect(names(out)).toEqual(want);
});

test('a status selector of another form', async () => {
  const { code, err } = await cluster.sluice('get', 'ks', '-n', 'apps', '--status-selector', 'Ready');
  expect([code, err]).toEqual([
    1,
    '✗ expected status selector in type=status or type!=status format, but found: Ready\n',
  ]);
});

test('an object without conditions waits to be reconciled', async () => {
  const { out } = await cluster.sluice('get', 'ks', 'fresh', '-n', 'apps', '--no-header');
  expect(out.split('\t').map((cell) => cell.trim())).toEqual([
    'fresh',
    '',
    'False',
    'False',
    'waiting to be reconciled',
    '',
  ]);
});

// cli 25-12
test.for([
  { words: ['ks'], message: 'no Kustomization objects found in "flux-system" namespace' },
  { words: ['ks', 'x', '-n', 'apps'], message: `Kustomization object 'x' not found in "apps" namespace` },
  { words: ['ks', '-A', '-l', 'no=such'], message: 'no Kustomization objects found in any namespace' },
])('nothing found by `get $words`', async ({ words, message }) => {
  expect(await cluster.sluice('get', ...words)).toEqual({ code: 1, out: '', err: `✗ ${message}\n` });
});

// cli 25-13
test('get all shows a table for each kind, names with their kind, and a blank line behind each', async () => {
  const { code, out } = await cluster.sluice('get', 'all', '-A');
  expect(code).toBe(0);
  expect(out).toContain('gitrepository/app');
  expect(out).toContain('kustomization/web');
  expect(out.split('\n\n')).toHaveLength(3);
});

// cli 25-15
test('--show-source inserts the source', async () => {
  const { out } = await cluster.sluice('get', 'ks', 'web', '-n', 'apps', '--show-source');
  expect(out.split('\n')[0]).toMatch(/^NAME\tSOURCE +\tREVISION/);
  expect(out).toContain('GitRepository/apps/app');
});

test('-o yaml prints the object itself, -o name its name', async () => {
  const { out } = await cluster.sluice('get', 'ks', 'web', '-n', 'apps', '-o', 'yaml');
  expect(parse(out)).toMatchObject({ kind: 'Kustomization', metadata: { name: 'web' }, spec: { prune: true } });
  expect((await cluster.sluice('get', 'ks', 'web', '-n', 'apps', '-o', 'name')).out).toBe(
    'kustomization.kustomize.toolkit.fluxcd.io/web\n',
  );
});

// cli 25-3
test('the namespace may come from the environment', async () => {
  const { sluice } = await import('../test/cluster.ts');
  const ran = await sluice({ ...cluster.env, FLUX_SYSTEM_NAMESPACE: 'apps' }, ['get', 'ks', 'web']);
  expect([ran.code, ran.err]).toEqual([0, '']);
  const bad = await sluice({ ...cluster.env, FLUX_SYSTEM_NAMESPACE: 'Bad_NS' }, ['get', 'ks', 'web']);
  expect(bad.err).toBe(
    '⚠️  ignoring invalid FLUX_SYSTEM_NAMESPACE: "Bad_NS"\n✗ Kustomization object \'web\' not found in "flux-system" namespace\n',
  );
});

// cli 25-18
test('--watch prints the header once and then a row for each change', async () => {
  const { sluice } = await import('../test/cluster.ts');
  const stop = new AbortController();
  await cluster.put(kustomization('watched', 'False'));
  const ran = sluice(cluster.env, ['get', 'ks', 'watched', '-n', 'apps', '-w', '--timeout', '2s'], stop.signal);
  const kind = await cluster.kube.resource({ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' });
  const status = { conditions: [condition('Ready', 'True', 'all is well')] };
  await cluster.kube.patch(
    kind!,
    { namespace: 'apps', name: 'watched' },
    { status },
    { type: 'merge', subresource: 'status' },
  );
  const { out } = await ran;
  expect(out.match(/NAME/g)).toHaveLength(1);
  expect(out).toContain('all is well');
});
