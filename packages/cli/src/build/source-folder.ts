import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { packTree, type PackedTree } from '@sluice/kustomize-controller/rendering';
import { ignoreFilePaths, selectFiles } from '@sluice/source-ignore';

/** A folder that stands for a source: its files as the artifact would hold them. */
export interface SourceFolder {
  /** Absolute. */
  readonly root: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly tree: PackedTree;
}

/** What a repository never holds, and what may be large. */
const neverRead = new Set(['.git', 'node_modules']);
/** No file that a build can use is larger. */
const maxFileBytes = 32 * 1024 * 1024;

/** Reads the files that ignore rules leave; links are no part of an artifact. @param leaveOut more paths to leave out */
export function readSourceFolder(root: string, leaveOut: (path: string) => boolean = () => false): SourceFolder {
  const found = globSync('**/*', { cwd: root, withFileTypes: true, exclude: ({ name }) => neverRead.has(name) })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .concat(existsSync(join(root, '.sourceignore')) ? ['.sourceignore'] : []);
  const entries = [...new Set(found)].map((path) => ({ path, isDirectory: false }));
  const read = (path: string) => readFileSync(join(root, path));
  const rules = new Map(ignoreFilePaths(entries).map((path) => [path, read(path).toString()]));
  const kept = selectFiles(entries, { files: rules }).filter(
    ({ path, isDirectory }) => !isDirectory && !leaveOut(path) && statSync(join(root, path)).size <= maxFileBytes,
  );
  const files = new Map(kept.map(({ path }) => [path, read(path)]));
  return { root, files, tree: packTree(files) };
}

/** The repository that a folder is in; where there is none, the current folder if it is above, else the folder itself. */
export function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) break;
  }
  const here = resolve('.');
  return folder === here || folder.startsWith(here + sep) ? here : folder;
}

/** `folder` relative to the root, clean and with `/`; `''` for the root itself. */
export function pathIn(root: string, folder: string): string {
  return relative(root, folder).replaceAll(sep, '/');
}
