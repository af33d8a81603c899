import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The engine works in threads, CEL and git come with the first object that needs them: the process stays small.
test('the controller loads neither the engine nor CEL nor git', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    console.log(loaded.join('\\n'));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const packages = new Set([...stdout.matchAll(/\/packages\/([^/]+)\//g)].map(([, name]) => name));
  expect(packages).toContain('apply');
  for (const name of ['kustomize', 'cel', 'go-regexp', 'git', 'remote-bases', 'envsubst']) {
    expect(packages).not.toContain(name);
  }
});
