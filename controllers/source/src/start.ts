import { createStore, startFileServer } from '@sluice/artifact';
import type { Compute } from '@sluice/compute';
import { createEgressPolicy, createGit } from '@sluice/git';
import type { GitRepository, GitRepositoryStatus } from '@sluice/api';
import type { Kind } from '@sluice/runtime';
import { gitRepositoryKind } from './git-repository/kind.ts';
import type { GitRepositoryDeps } from './git-repository/deps.ts';

export interface SourceOptions extends Partial<
  Pick<GitRepositoryDeps, 'retention' | 'requeueDependencyMs' | 'digestAlgorithm' | 'maxArtifactBytes' | 'mirrorOf'>
> {
  /** Existing folder of the artifacts. */
  readonly storageDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Host (and port) that consumers use; default: where the file server listens. */
  readonly advertised?: string;
  /** Ranges that repositories may lie in although they are refused by default, such as `127.0.0.0/8`. */
  readonly egressAllow?: readonly string[];
  readonly compute: Compute;
}

/** The source controller without the loop around it: what `runManager` takes, and the file server behind its URLs. */
export interface SourceController extends AsyncDisposable {
  readonly gitRepository: Kind<GitRepositoryStatus, GitRepository>;
  /** `host:port` of the file server. */
  readonly address: string;
}

/** Starts the file server and makes the kinds. Values that are not given are those of Flux's flags. */
export async function startSourceController({
  storageDir,
  listen,
  advertised,
  egressAllow = [],
  compute,
  ...options
}: SourceOptions): Promise<SourceController> {
  const store = createStore(storageDir);
  const server = await startFileServer({ store, ...listen });
  const gitRepository = gitRepositoryKind({
    store,
    compute,
    git: createGit({ egress: createEgressPolicy(egressAllow) }),
    advertised: advertised ?? server.address,
    retention: { ttlMs: 60_000, records: 2 },
    requeueDependencyMs: 30_000,
    digestAlgorithm: 'sha256',
    maxArtifactBytes: 536_870_912,
    ...options,
  });
  return { gitRepository, address: server.address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
