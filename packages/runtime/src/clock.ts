/** The time, handed in so that decisions can be tested. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
};
