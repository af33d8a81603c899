import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../../shared/corpus');

/**
 * Path of a file or folder of the shared corpus, which lies beside the repository and is no part of it.
 * @returns `undefined` when there is no corpus: the caller skips with `corpusMissing` as the reason
 * @throws in CI, where a missing corpus is a failure
 */
export function corpusPath(path: string): string | undefined {
  const full = join(root, path);
  // The real path, as builds print it, also where the folder is linked.
  if (existsSync(full)) return realpathSync(full);
  if (process.env['CI'] === 'true') throw new Error(`${corpusMissing}: ${full}`);
  return undefined;
}

export const corpusMissing = 'the corpus folder ../shared/corpus is missing';
