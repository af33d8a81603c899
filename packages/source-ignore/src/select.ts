import { notDeployed, versionControl } from './defaults.ts';
import { patternLines } from './lines.ts';
import { compareWalk, splitPath, type Path } from './path.ts';
import { matchesPattern, parsePattern, type Pattern } from './pattern.ts';

/** A file or folder of a source: relative to its root, `/`-separated, without `/` at the end. */
export type SourceEntry = { readonly path: string; readonly isDirectory: boolean };

/** What a user says to leave out. */
export type IgnoreRules = {
  /** Text of each file that `ignoreFilePaths` names, by its path. */
  readonly files: ReadonlyMap<string, string>;
  /** `spec.ignore` of the source; it comes after all files and so wins over them. */
  readonly spec?: string | undefined;
};

const ignoreFileName = '.sourceignore';

/** The paths of the ignore files that hold in a tree: any `.sourceignore` that is not in a folder `.git`. */
export function ignoreFilePaths(entries: Iterable<SourceEntry>): string[] {
  return Array.from(entries)
    .filter(({ path, isDirectory }) => !isDirectory && isIgnoreFile(path.split('/')))
    .map(({ path }) => path);
}

/**
 * What of a tree belongs into its artifact, in the order of the archive: a walk by the bytes of the names. Folders above
 * an entry need not be given. Each path is judged by itself: a kept file may lie in a folder that is left out.
 * @see https://fluxcd.io/flux/components/source/gitrepositories/#excluding-files
 */
export function selectFiles(entries: Iterable<SourceEntry>, rules: IgnoreRules): SourceEntry[] {
  const user = userPatterns(rules);
  const defaults = user.length > 0 ? versionControl : [...versionControl, ...notDeployed];
  const patterns = [...defaults.map((line) => parsePattern(line, [])), ...user];
  return Array.from(withFolders(entries), ([path, isDirectory]) => splitPath(path, isDirectory))
    .filter((path) => !isExcluded(path, patterns))
    .sort(compareWalk)
    .map(({ names, isDirectory }) => ({ path: names.join('/'), isDirectory }));
}

/**
 * The keys of a bucket that belong into its artifact, in the order they are given. There are no defaults here; of the
 * ignore files only the object `.sourceignore` at the root of the bucket holds.
 */
export function selectKeys(keys: Iterable<string>, { ignoreFile = '', spec = '' }: BucketRules): string[] {
  const patterns = [...parsePatterns(ignoreFile, []), ...parsePatterns(spec, [])];
  return Array.from(keys).filter(
    (key) => !key.endsWith('/') && key !== ignoreFileName && !isExcluded(splitPath(key, false), patterns),
  );
}

export type BucketRules = { readonly ignoreFile?: string | undefined; readonly spec?: string | undefined };

/** Later patterns win, so files further down come after those above them. */
function userPatterns({ files, spec = '' }: IgnoreRules): Pattern[] {
  const inOrder = Array.from(files, ([path, text]) => ({ ...splitPath(path, false), text })).sort(compareWalk);
  const fromFiles = inOrder
    .filter(({ names }) => isIgnoreFile(names))
    .flatMap(({ names, text }) => parsePatterns(text, names.slice(0, -1)));
  return [...fromFiles, ...parsePatterns(spec, [])];
}

function isIgnoreFile(names: readonly string[]): boolean {
  return names.at(-1) === ignoreFileName && !names.includes('.git');
}

function parsePatterns(text: string, domain: readonly string[]): Pattern[] {
  return patternLines(text).map((line) => parsePattern(line, domain));
}

/** The last pattern that matches decides. */
function isExcluded(path: Path, patterns: readonly Pattern[]): boolean {
  const decisive = patterns.findLast((pattern) => matchesPattern(pattern, path));
  return decisive !== undefined && !decisive.includes;
}

function withFolders(entries: Iterable<SourceEntry>): Map<string, boolean> {
  const all = new Map<string, boolean>();
  for (const { path, isDirectory } of entries) {
    all.set(path, isDirectory);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (all.has(folder)) break;
      all.set(folder, true);
    }
  }
  return all;
}
