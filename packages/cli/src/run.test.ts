import { expect, test } from 'vitest';
import { sluice } from './test/cluster.ts';

const nothing = { HOME: '/nonexistent' };

test('the version needs no cluster', async () => {
  expect(await sluice(nothing, ['--version'])).toEqual({ code: 0, out: 'sluice version 0.1.0\n', err: '' });
  expect(await sluice(nothing, ['version', '--client'])).toEqual({ code: 0, out: 'sluice: 0.1.0\n', err: '' });
  expect((await sluice(nothing, ['version', '--client', '-o', 'json'])).out).toBe('{\n  "sluice": "0.1.0"\n}\n');
});

// cli 25-67
test('version knows two formats', async () => {
  expect((await sluice(nothing, ['version', '--client', '-o', 'xml'])).err).toBe(
    '✗ --output must be json or yaml, not xml\n',
  );
});

test.for([
  { words: [], has: ['Usage: sluice <command>', 'reconcile', 'local'] },
  { words: ['get'], has: ['Usage: sluice get <command>', 'kustomizations, kustomization, ks', 'sources, source'] },
  {
    words: ['get', 'ks', '--help'],
    has: ['Usage: sluice get kustomizations [name]', 'Examples:', '--status-selector SELECTOR'],
  },
  { words: ['reconcile', 'ks', '-h'], has: ['--with-source', 'sluice reconcile kustomization app --with-source'] },
])('help of `$words`', async ({ words, has }) => {
  const { code, out, err } = await sluice(nothing, words);
  expect([code, err]).toEqual([0, '']);
  for (const text of has) expect(out).toContain(text);
});

// cli 25-7, 25-2, 25-14, 25-21, 25-29
test.for([
  { words: ['gett'], message: 'unknown command "gett" for "sluice", see --help' },
  { words: ['get', 'pods'], message: 'unknown command "pods" for "sluice get", see --help' },
  { words: ['get', 'ks', '--nope'], message: 'unknown flag: --nope, see --help' },
  { words: ['get', 'ks', '-n'], message: 'flag needs an argument: --namespace' },
  { words: ['get', 'ks', '-n', '@#[]'], message: 'namespace must be a valid DNS label: "@#[]"' },
  { words: ['get', 'all', '--watch'], message: 'expected a single resource type, but found all' },
  { words: ['reconcile', 'ks'], message: 'Kustomization name is required' },
  { words: ['suspend', 'ks'], message: 'kustomization name is required' },
  {
    words: ['get', 'ks', '--timeout', 'soon'],
    message: 'invalid argument "soon" for "--timeout" flag: write it as 30s, 5m or 1h30m',
  },
  { words: ['local', 'dir'], message: 'unknown argument "dir" for "sluice local"; did you mean --path dir?' },
  { words: ['local', '--json'], message: '--json needs --once' },
])('a mistake in `$words` is one line on stderr', async ({ words, message }) => {
  expect(await sluice(nothing, words)).toEqual({ code: 1, out: '', err: `✗ ${message}\n` });
});

test('without a kubeconfig it says where it looked', async () => {
  const { code, err } = await sluice(nothing, ['get', 'ks']);
  expect(code).toBe(1);
  expect(err).toMatch(/^✗ kubernetes configuration load failed: .*\/nonexistent\/\.kube\/config.*--kubeconfig FILE/);
});

test('a boolean flag may say its value', async () => {
  expect((await sluice(nothing, ['version', '--client=true'])).out).toBe('sluice: 0.1.0\n');
  expect((await sluice(nothing, ['get', 'all', '--watch=true'])).err).toContain('expected a single resource type');
  expect((await sluice(nothing, ['get', 'all', '--watch=false'])).err).toContain(
    'kubernetes configuration load failed',
  );
});
