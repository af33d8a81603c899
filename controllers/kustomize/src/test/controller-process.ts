// The controller as a process of its own, for tests that kill it. Reads where to go from its first argument.
import { createCompute } from '@sluice/compute';
import { connectKube } from '@sluice/kube';
import { createInProcessQueue } from '@sluice/queue';
import { createLogger, killAt, runManager } from '@sluice/runtime';
import { kustomizationKind } from '../kustomization-kind.ts';

const [argument = '{}'] = process.argv.slice(2);
const { server, ca, token, failpoint } = JSON.parse(argument) as Record<
  'server' | 'ca' | 'token' | 'failpoint',
  string
>;
const kube = connectKube({ server, ca, token: () => token, namespace: 'default' }, 'kustomize-process');
const log = createLogger({ level: 'info', write: (line) => process.stdout.write(line) });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await using compute = createCompute({ threads: 1 });
const kind = kustomizationKind({ compute, log });
await runManager(
  { kube, queue: createInProcessQueue(), log, kinds: [kind], failpoint: killAt(failpoint) },
  stop.signal,
);
await kube[Symbol.asyncDispose]();
