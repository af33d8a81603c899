import type { Io } from './io.ts';

/** One flag, as `node:util` parseArgs knows it, with its help. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean;
  /** What the value is, for the help: `NAME`. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;
export type FlagValues = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** What a command does. It returns its exit code; an error it throws is printed as `✗ message` and exits 1. */
export interface Command {
  readonly summary: string;
  /** Arguments after the command's path, such as `<name>`. */
  readonly args?: string;
  readonly examples: readonly string[];
  readonly flags?: Flags;
  /** Does it need no cluster? Then the flags that choose one are left out. */
  readonly offline?: boolean;
  run(args: readonly string[], flags: FlagValues, io: Io): Promise<number>;
}

/** A node of the command tree: either commands below it, or a command that is loaded when it is called. */
export interface CommandGroup {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly children: Readonly<Record<string, CommandGroup | CommandEntry>>;
  /** What the group's own name does when the next word is none of its commands. Without it that word is a mistake. */
  own?(): Promise<Command>;
}

export interface CommandEntry {
  readonly summary: string;
  readonly aliases?: readonly string[];
  load(): Promise<Command>;
}

export type CommandNode = CommandGroup | CommandEntry;

/** A mistake in what was typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function textFlag(flags: FlagValues, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
