import { KustomizeError, prefixErrors } from './errors.ts';
import { cleanPath, isInFolder, joinPath, parentOf, relativePath, type FileTree, type TreeEntry } from './file-tree.ts';
import { LimitError, type Limits } from './limits.ts';
import { isRemoteFile, tryParseRepoUrl, type RepoUrl } from './repo-url.ts';

/** Where files may lie: below the kustomization that names them, or anywhere in the tree. */
export type LoadRestriction = 'rootOnly' | 'none';

/**
 * Content from outside the tree, fetched beforehand or on demand. Both answer `undefined` for what they do not hold;
 * the build then stops with `RemoteNeeded`, so that a caller can fetch it and build again.
 */
export interface Remotes {
  /** @returns the body of a http(s) URL, or the HTTP status with which it was refused */
  file(url: string): Uint8Array | { readonly status: number; readonly text: string } | undefined;
  /** @returns the checked out repository, its root at `/` */
  repository(url: RepoUrl): FileTree | undefined;
}

/** The build needs something from the network that `remotes` did not hold. */
export class RemoteNeeded extends KustomizeError {
  override readonly name = 'RemoteNeeded';
  /** What to fetch: a file by its URL, or a repository. */
  need: { readonly file: string } | { readonly repository: RepoUrl } = { file: '' };

  protected override extra(): object {
    return { need: this.need };
  }
}

/** A http answer that is no success. It is final: no second attempt as a folder is made. */
export class HttpError extends KustomizeError {
  override readonly name = 'HttpError';
}

export interface LoadedFile {
  readonly bytes: Uint8Array;
  /** Path in the tree without symbolic links, or the URL. */
  readonly path: string;
}

/** What all loaders of one build share. */
export interface LoadContext {
  readonly restriction: LoadRestriction;
  readonly remotes: Remotes | undefined;
  readonly limits: Limits;
  readonly warn: (text: string) => void;
  /** Bytes read so far. */
  readonly usage: { bytes: number };
}

/** Reads files for one layer, whose folder is `root`, and makes the loaders of the layers below (engine §3). */
export class Loader {
  readonly root: string;
  readonly #tree: FileTree;
  readonly #context: LoadContext;
  readonly #restriction: LoadRestriction;
  readonly #referrer: Loader | undefined;
  /** Set on the loader that entered a clone. */
  readonly repo: RepoUrl | undefined;

  private constructor(
    root: string,
    tree: FileTree,
    context: LoadContext,
    origin: { referrer?: Loader | undefined; repo?: RepoUrl; restriction: LoadRestriction },
  ) {
    this.root = root;
    this.#tree = tree;
    this.#context = context;
    this.#restriction = origin.restriction;
    this.#referrer = origin.referrer;
    this.repo = origin.repo;
  }

  /** The loader of the entry layer. @param path of a folder in the tree */
  static atEntry(tree: FileTree, path: string, context: LoadContext): Loader {
    const root = confirmFolder(tree, joinPath('/', path));
    return new Loader(root, tree, context, { restriction: context.restriction });
  }

  /** @throws KustomizeError when there is no such file, it lies outside the root, or a limit is passed */
  load(path: string): LoadedFile {
    if (isRemoteFile(path)) return this.#count(this.#loadRemote(path));
    const full = path.startsWith('/') ? path : joinPath(this.root, path);
    const entry = this.#restriction === 'none' ? this.#openAnywhere(full) : this.#openInRoot(full);
    return this.#count({ bytes: this.#tree.read(entry.path), path: entry.path });
  }

  /** Like `load`, but `undefined` where nothing can be read. */
  tryLoad(path: string): LoadedFile | undefined {
    try {
      return this.load(path);
    } catch (error) {
      if (isFinal(error)) throw error;
      return undefined;
    }
  }

  /** The loader of another layer. @param path folder relative to the root, or a git URL */
  enter(path: string): Loader {
    if (path === '') throw new KustomizeError('new root cannot be empty');
    const repo = tryParseRepoUrl(path);
    if (repo !== undefined) return this.#enterRepository(repo);
    if (path.startsWith('/')) throw new KustomizeError(`new root '${path}' cannot be absolute`);
    this.#refuseLeavingClone(path);
    const root = confirmFolder(this.#tree, joinPath(this.root, path));
    this.#refuseCycle(root);
    return new Loader(root, this.#tree, this.#context, { referrer: this, restriction: this.#restriction });
  }

  #openAnywhere(path: string): TreeEntry {
    const entry = this.#tree.resolve(cleanPath(path));
    if (entry?.kind === 'file') return entry;
    if (entry === undefined) throw new KustomizeError(`open ${path}: no such file or directory`);
    throw new KustomizeError(`read ${path}: is a directory`);
  }

  #openInRoot(path: string): TreeEntry {
    const entry = resolveOrThrow(this.#tree, path);
    if (entry.kind === 'directory') throw new KustomizeError(`'${path}' must resolve to a file`);
    if (isInFolder(parentOf(entry.path), this.root)) return entry;
    throw new KustomizeError(`security; file '${path}' is not in or below '${this.root}'`);
  }

  #loadRemote(url: string): LoadedFile {
    const { remotes } = this.#context;
    if (remotes === undefined) throw remoteDisabled(url);
    const answer = remotes.file(url);
    if (answer === undefined)
      throw Object.assign(new RemoteNeeded(`remote file '${url}' is not at hand`), { need: { file: url } });
    if (answer instanceof Uint8Array) return { bytes: answer, path: url };
    if (tryParseRepoUrl(url) !== undefined) throw new KustomizeError('URL is a git repository');
    throw new HttpError(`HTTP Error: status code ${answer.status} (${answer.text})`);
  }

  #enterRepository(repo: RepoUrl): Loader {
    this.#refuseRepoCycle(repo);
    const { remotes } = this.#context;
    if (remotes === undefined) throw remoteDisabled(repo.raw);
    if (repo.forcedGit) this.#context.warn(forcedGitWarning);
    const tree = remotes.repository(repo);
    if (tree === undefined) {
      throw Object.assign(new RemoteNeeded(`remote base '${repo.raw}' is not at hand`), { need: { repository: repo } });
    }
    const root = resolveOrThrow(tree, joinPath('/', repo.path));
    if (root.kind === 'file')
      throw new KustomizeError(`'${root.path}' refers to file '${root.path}'; expecting directory`);
    return new Loader(root.path, tree, this.#context, { referrer: this, repo, restriction: 'rootOnly' });
  }

  #refuseLeavingClone(path: string): void {
    if (!this.#isInClone()) return;
    const target = cleanPath(`${relativePath('/', this.root)}/${path}`);
    if (target.split('/')[0] !== '..') return;
    throw new KustomizeError(
      `security; bases in kustomizations found in cloned git repos must be within the repo, but base '${target}' is outside '/'`,
    );
  }

  #isInClone(): boolean {
    return this.repo !== undefined || (this.#referrer !== undefined && this.#referrer.#isInClone());
  }

  #refuseCycle(candidate: string): void {
    if (isInFolder(this.root, candidate) && !this.#isOtherTree(candidate)) {
      throw new KustomizeError(`cycle detected: candidate root '${candidate}' contains visited root '${this.root}'`, {
        hint: 'a kustomization may not list itself or a folder above it',
      });
    }
    if (this.repo === undefined && this.#referrer !== undefined) this.#referrer.#refuseCycle(candidate);
  }

  // Each clone has its own `/`: the walk up the referrers stops where the clone was entered, so paths compare.
  #isOtherTree(candidate: string): boolean {
    return this.#tree.resolve(candidate) === undefined;
  }

  #refuseRepoCycle(repo: RepoUrl): void {
    if (this.repo?.raw.startsWith(repo.raw)) {
      throw new KustomizeError(`cycle detected: URI '${repo.raw}' referenced by previous URI '${this.repo.raw}'`);
    }
    if (this.#referrer !== undefined) this.#referrer.#refuseRepoCycle(repo);
  }

  #count(file: LoadedFile): LoadedFile {
    const { limits, usage } = this.#context;
    usage.bytes += file.bytes.length;
    if (file.bytes.length > limits.maxFileBytes)
      throw tooLarge(`file of ${file.bytes.length} bytes`, limits.maxFileBytes, file);
    if (usage.bytes > limits.maxTotalBytes) throw tooLarge('the build reads more', limits.maxTotalBytes, file);
    return file;
  }
}

const forcedGitWarning =
  "Warning: Forcing the git protocol using the 'git::' URL prefix is not supported. Kustomize currently strips this invalid prefix, but will stop doing so in a future release. Please remove the 'git::' prefix from your configuration.";

function confirmFolder(tree: FileTree, path: string): string {
  return prefixErrors('must build at directory', () => {
    const entry = prefixErrors('not a valid directory', () => resolveOrThrow(tree, path));
    if (entry.kind === 'file') throw new KustomizeError(`'${path}': file is not directory`);
    return entry.path;
  });
}

function resolveOrThrow(tree: FileTree, path: string): TreeEntry {
  const entry = tree.resolve(cleanPath(path));
  if (entry !== undefined) return entry;
  const [missing, problem] = firstMissing(tree, cleanPath(path));
  throw new KustomizeError(`evalsymlink failure on '${path}' : lstat ${missing}: ${problem}`);
}

/** The first element of the path that is not there, which is what the operating system names. */
function firstMissing(tree: FileTree, path: string): [path: string, problem: string] {
  let known = '';
  for (const part of path.split('/').slice(1)) {
    const entry = tree.resolve(`${known}/${part}`);
    if (entry === undefined) return [`${known}/${part}`, 'no such file or directory'];
    if (entry.kind === 'file') return [path, 'not a directory'];
    known = entry.path === '/' ? '' : entry.path;
  }
  return [path, 'no such file or directory'];
}

function remoteDisabled(url: string): KustomizeError {
  return new KustomizeError(`remote '${withoutPassword(url)}' cannot be read: remote bases are disabled`, {
    hint: 'allow remote bases, or copy the base into the repository',
  });
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/** Whether trying something else cannot help: a limit was passed, or the network has to be asked first. */
export function isFinal(error: unknown): boolean {
  return !(error instanceof KustomizeError) || error instanceof LimitError || error instanceof RemoteNeeded;
}

function tooLarge(what: string, limit: number, file: LoadedFile): LimitError {
  return new LimitError(`${what}: limit of ${limit} bytes`, {
    file: file.path,
    hint: 'split the file, or raise the limit',
  });
}
