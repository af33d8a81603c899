import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a program that tests start is there; the caller skips without it and names the program as the reason.
 * @throws in CI, where a missing program is a failure
 */
export function hasProgram(name: string): boolean {
  const isThere = (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
  if (!isThere && process.env['CI'] === 'true') throw new Error(`${name} is not installed`);
  return isThere;
}
