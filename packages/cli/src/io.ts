/** Where a command writes, and what ends it. Data goes to `out`; progress and errors go to `err`. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly isTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
}

export const action = (io: Io, text: string) => io.err(`► ${text}\n`);
export const waiting = (io: Io, text: string) => io.err(`◎ ${text}\n`);
export const success = (io: Io, text: string) => io.err(`✔ ${text}\n`);
export const warning = (io: Io, text: string) => io.err(`⚠️ ${text}\n`);
export const failure = (io: Io, text: string) => io.err(`✗ ${text}\n`);
