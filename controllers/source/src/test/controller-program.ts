import { createCompute } from '@sluice/compute';
import { connectKube } from '@sluice/kube';
import { createInProcessQueue } from '@sluice/queue';
import { createLogger, killAt, runManager } from '@sluice/runtime';
import { startSourceController } from '../start.ts';

/** What `spawnController` hands over, as JSON in the first argument. */
export interface ProgramOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  readonly storageDir: string;
}

// The controller as a process of its own, which kills itself at the failpoint named in SLUICE_FAILPOINT.
if (import.meta.main) {
  const { server, ca, token, storageDir } = JSON.parse(process.argv[2] ?? '') as ProgramOptions;
  await using compute = createCompute();
  await using source = await startSourceController({
    storageDir,
    listen: { host: '127.0.0.1', port: 0 },
    egressAllow: ['127.0.0.0/8'],
    compute,
  });
  await using kube = connectKube({ server, ca, token: () => token, namespace: 'default' }, 'source-controller');
  const kinds = [source.gitRepository];
  const failpoint = killAt(process.env['SLUICE_FAILPOINT']);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await runManager({ kube, log: createLogger(), queue: createInProcessQueue(), kinds, failpoint }, stop.signal);
}
