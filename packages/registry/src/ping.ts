import { setTimeout as sleep } from 'node:timers/promises';
import { isLocalRegistry } from './address.ts';
import { answerError } from './answer-error.ts';
import { parseChallenges, pickChallenge, type Challenge } from './challenge.ts';
import { RegistryError } from './error.ts';
import { send, type Wire } from './wire.ts';

/** How a registry wants to be spoken to. */
export interface Handshake {
  /** Its origin. */
  readonly base: URL;
  /** What it asks for, if anything. */
  readonly challenge: Challenge | undefined;
}

/** What https gets ahead of http when both may be used. */
const headStartMs = 300;

/**
 * Finds out whether a registry speaks https or, when `insecure` or near, http, and how to authenticate.
 * @throws RegistryError
 * @see image §3.1, §3.2
 */
export async function ping(
  wire: Wire,
  { registry, insecure }: { registry: string; insecure: boolean },
  signal: AbortSignal,
): Promise<Handshake> {
  if (!insecure && !isLocalRegistry(registry)) return await pingScheme(wire, 'https', registry, signal);
  const cancel = new AbortController();
  const both = AbortSignal.any([signal, cancel.signal]);
  const secure = pingScheme(wire, 'https', registry, both);
  const plain = startBehind(secure, () => pingScheme(wire, 'http', registry, both), both);
  try {
    return await Promise.any([secure, plain]);
  } catch (error) {
    if (signal.aborted && error instanceof AggregateError) throw error.errors[0];
    throw joinErrors(error);
  } finally {
    cancel.abort();
  }
}

async function pingScheme(wire: Wire, scheme: string, registry: string, signal: AbortSignal): Promise<Handshake> {
  const url = URL.parse(`${scheme}://${registry}/v2/`);
  if (url === null) throw new RegistryError('refused', `'${registry}' is no address of a registry`);
  using answer = await send(wire, { method: 'GET', url }, signal);
  if (answer.status !== 200 && answer.status !== 401) throw await answerError(answer, []);
  await answer.skip();
  const base = new URL(url.origin);
  base.protocol = answer.url.protocol;
  const header = answer.status === 401 ? answer.headers['www-authenticate'] : undefined;
  return { base, challenge: header === undefined ? undefined : pickChallenge(parseChallenges(header)) };
}

/** Starts the second when the first has failed or takes its time. */
async function startBehind(
  first: Promise<Handshake>,
  start: () => Promise<Handshake>,
  signal: AbortSignal,
): Promise<Handshake> {
  const settled = first.then(
    () => 'done',
    () => 'failed',
  );
  const state = await Promise.race([settled, sleep(headStartMs, 'slow', { signal })]);
  return state === 'done' ? await first : await start();
}

function joinErrors(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors.filter((each): each is RegistryError => each instanceof RegistryError);
  // The failure of the one that got furthest.
  const main = errors.find(({ failure }) => failure !== 'transport') ?? errors[0];
  if (main === undefined) return error.errors[0];
  return new RegistryError(main.failure, errors.map(({ message }) => message).join('; '), {
    ...(main.status !== undefined && { status: main.status }),
    codes: main.codes,
    ...(main.retry !== 'backoff' && { afterMs: main.retry.afterMs }),
    cause: error,
  });
}
