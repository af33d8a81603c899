import { createEgressPolicy, type EgressPolicy } from '@sluice/egress';
import { KustomizeError } from '@sluice/kustomize';

export interface RemoteOptions {
  readonly signal: AbortSignal;
  /** CIDR ranges that may be reached although denied by default, such as `127.0.0.0/8` in local mode. */
  readonly egressAllow?: readonly string[] | undefined;
}

/** Most things that one build may fetch. */
export const maxRemoteFetches = 20;

/** How long one fetch may take, whatever a URL asks for. */
const maxTimeoutMs = 120_000;

export function egressOf({ egressAllow = [] }: RemoteOptions): EgressPolicy {
  return createEgressPolicy(egressAllow);
}

/** Aborts with `signal`, or when the time of one fetch is over. */
export function timeLimited({ signal }: RemoteOptions, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(timeoutMs, maxTimeoutMs))]);
}

const failures: ReadonlySet<string> = new Set(['GitError', 'EgressError']);

/** What failed is the user's base, and the build says so. An abort passes unchanged. */
export function asBuildError(url: string, error: unknown): unknown {
  // By name: a check-out may have failed in a thread.
  if (!Error.isError(error) || !failures.has(error.name)) return error;
  const hint = 'see whether the address and the reference exist, and can be reached without credentials';
  const message = `remote '${withoutSecrets(url)}' cannot be fetched: ${error.message}`;
  return new KustomizeError(message, { hint }, { cause: error });
}

/** Unlike in other addresses, the query names the reference here and stays. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//');
}
