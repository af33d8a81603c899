import { setTimeout as sleep } from 'node:timers/promises';
import { formatSeconds } from './duration.ts';
import { RegistryError } from './error.ts';

export interface GateLimits {
  /** Requests at the same time to one host. */
  readonly maxInFlight: number;
  /** How long a request waits for a host that asked for patience; longer holds fail at once. */
  readonly maxHoldWaitMs: number;
}

/** Keeps the requests to each host few, and none while the host asks for patience. */
export interface HostGates {
  /**
   * Waits for the turn of a request. Disposing gives it back; doing so twice is harmless.
   * @throws RegistryError `rate-limited` when the host is on hold for longer than a request waits
   */
  enter(host: string, signal: AbortSignal): Promise<Disposable>;
  /** No request to `host` before `ms` from now. */
  hold(host: string, ms: number): void;
}

interface Gate {
  inFlight: number;
  /** By the monotonic clock, in ms. */
  heldUntil: number;
  readonly waiting: (() => void)[];
}

export function createHostGates({ maxInFlight, maxHoldWaitMs }: GateLimits): HostGates {
  const gates = new Map<string, Gate>();
  const gateOf = (host: string): Gate => {
    const gate = gates.get(host) ?? { inFlight: 0, heldUntil: 0, waiting: [] };
    gates.set(host, gate);
    return gate;
  };
  const leave = (host: string, gate: Gate): void => {
    const next = gate.waiting.shift();
    if (next !== undefined) return next();
    gate.inFlight--;
    if (gate.inFlight === 0 && gate.heldUntil <= performance.now()) gates.delete(host);
  };
  return {
    async enter(host, signal) {
      const gate = gateOf(host);
      await takeTurn(gate, maxInFlight, signal);
      const turn = once(() => leave(host, gate));
      try {
        await waitForHold(gate, maxHoldWaitMs, signal);
        return turn;
      } catch (error) {
        turn[Symbol.dispose]();
        throw error;
      }
    },
    hold(host, ms) {
      const gate = gateOf(host);
      gate.heldUntil = Math.max(gate.heldUntil, performance.now() + ms);
    },
  };
}

async function takeTurn(gate: Gate, maxInFlight: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (gate.inFlight < maxInFlight) return void gate.inFlight++;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  gate.waiting.push(resolve);
  const abort = (): void => {
    const index = gate.waiting.indexOf(resolve);
    if (index < 0) return; // the turn has come already
    gate.waiting.splice(index, 1);
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function waitForHold(gate: Gate, maxWaitMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const afterMs = Math.ceil(gate.heldUntil - performance.now());
    if (afterMs <= 0) return;
    if (afterMs > maxWaitMs) {
      throw new RegistryError('rate-limited', `rate limited, retrying in ${formatSeconds(afterMs)}`, { afterMs });
    }
    await sleep(afterMs, undefined, { signal });
  }
}

function once(run: () => void): Disposable {
  let isDone = false;
  return {
    [Symbol.dispose]() {
      if (isDone) return;
      isDone = true;
      run();
    },
  };
}
