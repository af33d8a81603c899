import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startCluster, type Cluster } from './test/cluster.ts';

const program = fileURLToPath(new URL('./test/app-program.ts', import.meta.url));

interface Program extends AsyncDisposable {
  /** How it ended: the signal, or the exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

async function startProgram(cluster: Cluster, failpoint = ''): Promise<Program> {
  const dir = await mkdtempDisposable(join(tmpdir(), 'sluice-failpoint-'));
  const kubeconfig = join(dir.path, 'kubeconfig');
  await cluster.server.writeKubeconfig(kubeconfig);
  const env = { ...process.env, SLUICE_FAILPOINT: failpoint };
  const child: ChildProcess = spawn(process.execPath, [program, kubeconfig], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => (signal ?? code) as NodeJS.Signals | number);
  return {
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await dir.remove();
    },
  };
}

// security 169: killed at each step, the end is that of an undisturbed run.
test.each(['runtime/after-finalizer', 'app/after-progress', 'runtime/before-status', 'runtime/after-status'])(
  'killed at %s, the next process brings the object to its end',
  async (failpoint) => {
    await using cluster = await startCluster();
    await cluster.create('a', { text: 'x' }, { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } });
    {
      await using killed = await startProgram(cluster, failpoint);
      expect(await killed.ended).toBe('SIGKILL');
    }
    await using _ = await startProgram(cluster);
    const app = await cluster.until('a', (now) => now.status?.lastHandledReconcileAt === 'now');
    expect(app.metadata.finalizers).toEqual(['test/finalizer']);
    expect(app.status).toMatchObject({ text: 'x', runs: 1, observedGeneration: 1 });
  },
);

test.each(['runtime/before-finalizer-removal', 'runtime/after-finalizer-removal'])(
  'killed at %s, the next process lets the object go',
  async (failpoint) => {
    await using cluster = await startCluster();
    await cluster.create('a', {}, { finalizers: ['test/finalizer'] });
    await cluster.remove('a');
    {
      await using killed = await startProgram(cluster, failpoint);
      expect(await killed.ended).toBe('SIGKILL');
    }
    await using _ = await startProgram(cluster);
    await cluster.gone('a');
  },
);

test('without a failpoint the program ends in order', async () => {
  await using cluster = await startCluster();
  const running = await startProgram(cluster);
  await cluster.create('a', { text: 'x' });
  await cluster.until('a', (app) => app.status?.text === 'x');
  await running[Symbol.asyncDispose]();
  expect(await running.ended).toBe(0);
});
