import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

test('works from a bundle that holds the thread and each task as a file of its own', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'sluice-compute-'));
  const program = `
    import { createCompute } from ${JSON.stringify(here('./compute.ts'))};
    await using compute = createCompute();
    const options = { signal: AbortSignal.timeout(20000), timeoutMs: 20000 };
    console.log(await compute.run(new URL('./tasks.ts', import.meta.url), { do: 'length', bytes: new Uint8Array(7) }, options));
  `;
  await writeFile(join(dir.path, 'program.ts'), program);
  const bundle = await rolldown({
    platform: 'node',
    input: {
      program: join(dir.path, 'program.ts'),
      'compute-thread': here('./compute-thread.ts'),
      tasks: here('./fixtures/tasks.ts'),
    },
  });
  await bundle.write({ dir: join(dir.path, 'out'), format: 'esm', minify: true });
  await bundle.close();
  await writeFile(join(dir.path, 'out/package.json'), '{"type":"module"}');
  const { stdout } = await promisify(execFile)(process.execPath, [join(dir.path, 'out/program.js')]);
  expect(stdout.trim()).toBe('7');
});
