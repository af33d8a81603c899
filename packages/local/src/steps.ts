/** One step on the way of a change, as an observer saw it. */
export interface Step {
  /** What happened: `push`, `source`, `apply`, `ready`, `healthy`, … */
  readonly name: string;
  /** `GitRepository/flux-system/fleet`. */
  readonly object?: string;
  /** Milliseconds since the first step. */
  readonly ms: number;
  readonly message: string;
  readonly revision?: string;
  readonly digest?: string;
  readonly resourceVersion?: string;
  readonly ok: boolean;
}

/** `+0.42s  ✔ source   fleet  fetched main@sha1:…`. */
export function formatStep(step: Step): string {
  const seconds = `+${(step.ms / 1000).toFixed(2)}s`.padStart(8);
  const mark = step.name === 'wait' ? '◎' : step.ok ? '✔' : '✗';
  const message = step.message.trimEnd().replaceAll('\n', `\n${' '.repeat(21)}`);
  return `${seconds}  ${mark} ${step.name.padEnd(8)} ${message}`;
}

export function shortRevision(revision: string): string {
  return revision.replace(/\b[a-f0-9]{40,}\b/, (hash) => hash.slice(0, 8));
}
