/**
 * Whether this process may enqueue what its watches see. That is all a leader may do more than others, so two leaders for
 * a moment are harmless, and work goes on without one.
 */
export interface Leadership {
  isLeader(): boolean;
  /** `listener` is called each time this process becomes leader from now on. */
  onGain(listener: () => void): void;
  /** Lets another one lead. Called once, when nothing here works any more. */
  release(): Promise<void>;
}

/** Leadership of a process that is alone. */
export function alwaysLeader(): Leadership {
  return { isLeader: () => true, onGain: () => {}, release: () => Promise.resolve() };
}
