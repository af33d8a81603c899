import { compareBytes } from '@sluice/image-policy';
import { setFile, type Change, type Problem } from './set-file.ts';
import type { Setters } from './setter-values.ts';

export interface SetResult {
  /** The files that changed, with their new content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** By file in byte order, in a file in the order of the text. */
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** Whether a file may hold markers, by its path: `.yaml`, `.yml` and `Kustomization`. */
export function maySetFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.endsWith('.yaml') || name.endsWith('.yml') || name === 'Kustomization';
}

/**
 * Replaces the marked scalars of all files whose name `maySetFile` takes.
 * @param files content by `/`-separated path; changes and problems name the path
 */
export function setFiles(files: Iterable<readonly [string, Uint8Array]>, setters: Setters): SetResult {
  const changed = new Map<string, Uint8Array>();
  const changes: Change[] = [];
  const problems: Problem[] = [];
  const eligible = [...files].filter(([path]) => maySetFile(path)).sort(([a], [b]) => compareBytes(a, b));
  for (const [path, content] of eligible) {
    const result = setFile(content, path, setters);
    if (result.content !== undefined) changed.set(path, result.content);
    changes.push(...result.changes);
    problems.push(...result.problems);
  }
  return { files: changed, changes, problems };
}
