import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const heavy = ['@kubernetes/client-node', 'bullmq', 'ioredis', 'ssh2', 'isomorphic-git', 'openpgp', 'yaml'];

// What is imported is most of what a process weighs.
test.for([
  { what: 'sluice version', args: ['version', '--client'], packages: ['cli', 'api'] },
  { what: 'local mode', args: ['local', '--once'], packages: ['local', 'apiserver', 'runtime'] },
])('$what loads none of the heavy libraries', async ({ args, packages }) => {
  const modules = await loadedBy(args);
  const ours = new Set(modules.map((url) => /\/packages\/([^/]+)\//.exec(url)?.[1]));
  for (const name of packages) expect(ours).toContain(name);
  for (const name of heavy) expect(modules.filter((url) => url.includes(`/node_modules/${name}/`))).toEqual([]);
});

test('sluice version loads nothing that speaks to a cluster', async () => {
  const modules = await loadedBy(['version', '--client']);
  expect(modules.filter((url) => /\/packages\/(kube|local|apiserver|kustomize)\//.test(url))).toEqual([]);
});

/** Runs before the program, in each of its threads. */
const recorder = `
  import { registerHooks } from 'node:module';
  import { isMainThread } from 'node:worker_threads';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => isMainThread && process.stderr.write(loaded.map((url) => 'loaded ' + url).join('\\n')));
`;

/** URLs of all modules that the main thread of `sluice` loads. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const preload = `data:text/javascript,${encodeURIComponent(recorder)}`;
  const main = join(import.meta.dirname, 'main.ts');
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', preload, main, ...args]);
  return stderr.split('\n').flatMap((line) => (line.startsWith('loaded ') ? [line.slice('loaded '.length)] : []));
}
