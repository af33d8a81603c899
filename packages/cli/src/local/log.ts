import type { ControllerLog } from '@sluice/local';
import type { Io } from '../io.ts';

/** The controllers' log on stderr when it is asked for; without that, what they do is told by the observer. */
export function createTerminalLog(io: Io, verbose: boolean): ControllerLog {
  return (line) => {
    if (verbose) io.err(`${line}\n`);
  };
}
