import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What garbage collection keeps besides the current artifact. */
export interface RetentionPolicy {
  /** Younger files stay (default of the flag 60 s). */
  readonly ttlMs: number;
  /** At most so many files, the current one counted (default of the flag 2). */
  readonly records: number;
}

interface Candidate {
  readonly file: string;
  readonly mtimeMs: number;
}

const maxFiles = 1000;
const abandonedAfterMs = 600_000;

/**
 * Removes superseded artifacts of one folder: those older than the TTL, then the oldest until the count fits; and
 * temporary files that nobody has touched for ten minutes. A file in use always stays.
 * @returns names of the removed artifacts
 * @see spec source, "Garbage collection"
 */
export async function collectGarbage(
  dir: string,
  { inUse, policy, now }: { inUse: (file: string) => boolean; policy: RetentionPolicy; now: Date },
): Promise<string[]> {
  const files = await listRegular(dir);
  const isTemporary = ({ file }: Candidate) => file.endsWith('.tmp');
  const abandoned = files.filter((item) => isTemporary(item) && now.getTime() - item.mtimeMs > abandonedAfterMs);
  const artifacts = files.filter((item) => !isTemporary(item) && !item.file.endsWith('.lock'));
  const garbage = selectGarbage(artifacts, { inUse, policy, now });
  for (const { file } of [...abandoned, ...garbage]) {
    await rm(join(dir, file), { force: true });
    await rm(join(dir, `${file}.lock`), { force: true });
  }
  return garbage.map(({ file }) => file);
}

function selectGarbage(
  artifacts: readonly Candidate[],
  { inUse, policy, now }: { inUse: (file: string) => boolean; policy: RetentionPolicy; now: Date },
): Candidate[] {
  const removable = artifacts
    .filter(({ file }) => !inUse(file))
    .toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.file < b.file ? -1 : 1));
  const expired = removable.filter(({ mtimeMs }) => now.getTime() - mtimeMs > policy.ttlMs);
  const surplus = artifacts.length - expired.length - policy.records;
  const kept = removable.filter((item) => !expired.includes(item));
  return [...expired, ...kept.slice(0, Math.max(0, surplus))];
}

async function listRegular(dir: string): Promise<Candidate[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files: Candidate[] = [];
  for (const entry of entries.filter((item) => item.isFile()).slice(0, maxFiles)) {
    // Another step may have removed it meanwhile.
    const stats = await lstat(join(dir, entry.name)).catch(() => undefined);
    if (stats !== undefined) files.push({ file: entry.name, mtimeMs: stats.mtimeMs });
  }
  return files;
}
