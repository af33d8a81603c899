import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConnection } from './config.ts';

const config = (name: string, namespace: string) => `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster: {server: "https://${name}.example:6443/", certificate-authority-data: ${btoa('ca of ' + name)}}
users:
- name: ${name}
  user: {token: token-of-${name}}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
`;

test('reads cluster, user and namespace of the current context', async () => {
  await using dir = await tempDir({ a: config('a', 'team-a') });
  const connection = await loadConnection({ kubeconfig: dir.file('a'), env: {} });
  expect(connection.server).toBe('https://a.example:6443');
  expect(String(connection.ca)).toBe('ca of a');
  expect(await connection.token?.()).toBe('token-of-a');
  expect(connection.namespace).toBe('team-a');
});

// cli 25-5
test('contexts of both files in KUBECONFIG resolve, the first file names the current one', async () => {
  await using dir = await tempDir({ a: config('a', ''), b: config('b', '') });
  const env = { KUBECONFIG: [dir.file('a'), dir.file('b')].join(delimiter) };
  expect((await loadConnection({ env })).server).toBe('https://a.example:6443');
  expect((await loadConnection({ env, context: 'b' })).server).toBe('https://b.example:6443');
  expect((await loadConnection({ env })).namespace).toBe('default');
});

test('an address makes do without a kubeconfig, and wins over the one of a kubeconfig', async () => {
  await using dir = await tempDir({ a: config('a', '') });
  const server = 'https://b.example:6443/';
  const alone = await loadConnection({ server, env: { HOME: join(dir.file('a'), '..') } });
  expect(alone).toEqual({ server: 'https://b.example:6443', namespace: 'default' });
  const other = await loadConnection({ server, kubeconfig: dir.file('a'), env: {} });
  expect([other.server, await other.token?.()]).toEqual(['https://b.example:6443', 'token-of-a']);
});

test('a user and a cluster may be chosen apart from the context', async () => {
  await using dir = await tempDir({ a: config('a', ''), b: config('b', '') });
  const env = { KUBECONFIG: [dir.file('a'), dir.file('b')].join(delimiter) };
  const connection = await loadConnection({ env, user: 'b' });
  expect([connection.server, await connection.token?.()]).toEqual(['https://a.example:6443', 'token-of-b']);
});

test.for([
  { what: 'a missing file', text: undefined, message: /kubeconfig .*a does not exist/ },
  {
    what: 'text that is no YAML',
    text: 'a: b: c',
    message: /kubeconfig .*a cannot be read: .*mapping values are not allowed/,
  },
  { what: 'no current context', text: 'kind: Config', message: /no current-context is set; pass --context NAME/ },
  { what: 'a context that is not there', text: 'current-context: x', message: /context 'x' does not exist/ },
])('$what is told with the file', async ({ text, message }) => {
  await using dir = await tempDir(text === undefined ? {} : { a: text });
  await expect(loadConnection({ kubeconfig: dir.file('a'), env: {} })).rejects.toThrow(message);
});

test('a certificate file lies beside the kubeconfig', async () => {
  const text = config('a', '').replace(/certificate-authority-data: \S+\}/, 'certificate-authority: ca.crt}');
  await using dir = await tempDir({ a: text, 'ca.crt': 'ca in a file' });
  expect(String((await loadConnection({ kubeconfig: dir.file('a'), env: {} })).ca)).toBe('ca in a file');
});

async function tempDir(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), 'sluice-kube-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { file: (name: string) => join(path, name), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
