import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Reports which engines a server has imported before and after it takes a definition with a rule and a pattern. */
const script = `
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
const engines = () => ['/packages/cel/src/index.ts', '/re2js/'].map((part) => urls.some((url) => url.includes(part)));
const { startTestServer } = await import(process.env.CLIENT);
const { crds, thingCrd } = await import(process.env.OBJECTS);
await using api = await startTestServer();
await api.post('/api/v1/namespaces', { metadata: { name: 'a' } });
const before = engines();
const string = { type: 'string' };
const pattern = await api.post(crds, thingCrd({ ...string, pattern: 'a' }));
const between = engines();
const rule = await api.post(crds + '?dryRun=All', thingCrd({ ...string, 'x-kubernetes-validations': [{ rule: 'false' }] }));
console.log(JSON.stringify([before, pattern.code, between, rule.code, engines()]));
`;

test('engines are loaded by the first definition that asks for them', async () => {
  const urlOf = (path: string) => new URL(path, import.meta.url).href;
  const env = { ...process.env, CLIENT: urlOf('../test/client.ts'), OBJECTS: urlOf('../test/objects.ts') };
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toEqual([[false, false], 201, [false, true], 409, [true, true]]);
});
