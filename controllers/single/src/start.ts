import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createCompute } from '@sluice/compute';
import type { KubeClient } from '@sluice/kube';
import { kustomizationKind, type KustomizeSettings } from '@sluice/kustomize-controller';
import { createInProcessQueue } from '@sluice/queue';
import {
  createLogger,
  createRedactor,
  runManager,
  type Address,
  type Failpoint,
  type LogLevel,
  type MetricsRegistry,
} from '@sluice/runtime';
import { startSourceController } from '@sluice/source-controller';

/** Takes one line of the controllers' log, without its newline. */
export type ControllerLog = (line: string) => void;

export interface ControllersOptions {
  readonly kube: KubeClient;
  /** Folder of the artifacts; made when it does not exist. */
  readonly storageDir: string;
  readonly log: ControllerLog;
  readonly logLevel?: LogLevel;
  /** Where a repository is fetched from instead of its URL. */
  readonly mirrorOf?: (url: string) => string | undefined;
  /** Where artifacts are served; default: loopback, any free port. Consumers find it in the status of their source. */
  readonly fileServer?: { readonly host: string; readonly port: number };
  /** Addresses that answer `/healthz`, `/readyz` and `/metrics`. */
  readonly listen?: readonly Address[];
  readonly kustomize?: Partial<KustomizeSettings>;
  /** Where other parts of the program register metrics of their own. */
  readonly metrics?: MetricsRegistry;
  readonly graceMs?: number;
  readonly failpoint?: Failpoint;
}

/** All controllers in this process. Disposing drains them. */
export interface Controllers extends AsyncDisposable {
  readonly addresses: readonly AddressInfo[];
  /** Settles when they have ended; rejects when they could not go on. */
  readonly ended: Promise<void>;
}

/** Local repositories are what this process is for. */
const loopback = ['127.0.0.0/8', '::1/128'];

/** Starts all controllers on the in-process queue, and resolves once every kind is being worked on. */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  await using stack = new AsyncDisposableStack();
  const { kube, storageDir, metrics, graceMs, failpoint, listen, mirrorOf } = options;
  await mkdir(storageDir, { recursive: true });
  const redact = createRedactor();
  const log = createLogger({ redact, level: options.logLevel ?? 'info', write: (line) => options.log(line.trimEnd()) });
  const compute = stack.use(createCompute());
  const source = stack.use(
    await startSourceController({
      storageDir,
      listen: options.fileServer ?? { host: '127.0.0.1', port: 0 },
      egressAllow: loopback,
      compute,
      ...(mirrorOf !== undefined && { mirrorOf }),
    }),
  );
  const stop = new AbortController();
  const started = Promise.withResolvers<readonly AddressInfo[]>();
  const ended = runManager(
    {
      kube,
      queue: createInProcessQueue(),
      log,
      redact,
      kinds: [
        source.gitRepository,
        kustomizationKind({ compute, log, settings: { egressAllow: loopback, ...options.kustomize } }),
      ],
      onStarted: ({ addresses }) => started.resolve(addresses),
      ...(listen !== undefined && { listen }),
      ...(metrics !== undefined && { metrics }),
      ...(graceMs !== undefined && { graceMs }),
      ...(failpoint !== undefined && { failpoint }),
    },
    stop.signal,
  );
  ended.catch((error: unknown) => started.reject(error));
  const addresses = await started.promise;
  stack.defer(() => ended);
  stack.defer(() => stop.abort());
  const owned = stack.move();
  return { addresses, ended, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
