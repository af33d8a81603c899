import { cp, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { git, GitCommandError } from './git.ts';

/** A repository that local mode serves. */
export interface Repository {
  /** The folder git reads: `.git`, or the bare repository. Its refs are watched. */
  readonly gitDir: string;
  readonly branch: string;
  /** Addresses under which manifests may know it, such as that of its origin. */
  readonly knownAs: readonly string[];
}

/**
 * A bare repository `fleet.git` below `root` with the files of `folder` as its first commit.
 * @throws Error when there are none
 */
export async function createFromFolder(folder: string, root: string, branch = 'main'): Promise<Repository> {
  const work = join(root, 'seed');
  const gitDir = join(root, 'fleet.git');
  await mkdir(work, { recursive: true });
  await cp(folder, work, { recursive: true, filter: (path) => !path.endsWith('/.git') });
  await git(work, 'init', '--quiet', `--initial-branch=${branch}`);
  await git(work, 'add', '--all');
  if ((await git(work, 'ls-files')) === '') throw new Error(`${folder} holds no files: there is nothing to reconcile`);
  await git(work, 'commit', '--quiet', '--message', 'Add the fleet');
  await git(root, 'clone', '--quiet', '--bare', work, gitDir);
  return { gitDir, branch, knownAs: [] };
}

/**
 * The user's own repository, served as it lies there: each commit in it is a push.
 * @returns `undefined` when the folder is no repository, or only a part of one
 * @throws GitCommandError when it has no such branch
 */
export async function openRepository(folder: string, branch: string | undefined): Promise<Repository | undefined> {
  if (!(await isRepository(folder))) return undefined;
  const gitDir = await git(folder, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  const head = await git(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD').catch(() => '');
  const chosen = branch ?? head;
  if (chosen === '') throw new GitCommandError(`${folder} is on no branch: pass --branch BRANCH`);
  await git(folder, 'rev-parse', '--verify', '--quiet', `refs/heads/${chosen}`).catch((cause: unknown) => {
    throw new GitCommandError(`${folder} has no commit on branch '${chosen}': commit first, or pass --branch BRANCH`, {
      cause,
    });
  });
  return { gitDir, branch: chosen, knownAs: await remotesOf(folder) };
}

async function isRepository(folder: string): Promise<boolean> {
  const isBare = await git(folder, 'rev-parse', '--is-bare-repository').catch(() => undefined);
  if (isBare === undefined) return false;
  const top = isBare === 'true' ? ['--absolute-git-dir'] : ['--show-toplevel'];
  return (await git(folder, 'rev-parse', ...top)) === (await realpath(folder));
}

async function remotesOf(folder: string): Promise<string[]> {
  const config = await git(folder, 'config', '--get-regexp', '^remote\\..*\\.url$').catch(() => '');
  return config.split('\n').flatMap((line) => line.split(' ').slice(1, 2));
}

/** @throws Error that names the folder */
export async function requireFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new Error(`--path ${path}: there is no such folder`);
  if (!info.isDirectory()) throw new Error(`--path ${path}: this is not a folder`);
}
