import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file's content, or `null` to remove it. A link names its target. */
export type FileChange = string | Uint8Array | null | { readonly executable: string } | { readonly link: string };

/** A bare repository `<root>/<name>.git` and a work tree to write in. */
export interface GitRepo {
  readonly name: string;
  readonly bareDir: string;
  /** Writes the files, commits to the current branch and pushes it. @returns the commit's hash */
  commit(files: Readonly<Record<string, FileChange>>, options?: CommitOptions): Promise<string>;
  /** git in the work tree. @returns its output, trimmed */
  git(...args: string[]): Promise<string>;
}

export interface CommitOptions {
  readonly message?: string;
  /** Of author and committer, as git reads dates. */
  readonly date?: string;
}

/** A temporary folder of bare repositories, removed at the end. */
export interface GitRoot extends AsyncDisposable {
  readonly dir: string;
  /** A new empty repository whose current branch is `branch` (default `main`). */
  createRepo(name: string, branch?: string): Promise<GitRepo>;
}

export async function createGitRoot(): Promise<GitRoot> {
  const base = await mkdtemp(join(tmpdir(), 'sluice-git-'));
  const dir = join(base, 'bare');
  await mkdir(dir);
  return {
    dir,
    createRepo: (name, branch = 'main') => createRepo({ base, dir, name, branch }),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

interface NewRepo {
  readonly base: string;
  readonly dir: string;
  readonly name: string;
  readonly branch: string;
}

async function createRepo({ base, dir, name, branch }: NewRepo): Promise<GitRepo> {
  const bareDir = join(dir, `${name}.git`);
  const workDir = join(base, 'work', name);
  await mkdir(workDir, { recursive: true });
  await git(base, 'init', '-q', '--bare', '-b', branch, bareDir);
  await git(workDir, 'init', '-q', '-b', branch);
  await git(workDir, 'remote', 'add', 'origin', bareDir);
  return {
    name,
    bareDir,
    git: (...args) => git(workDir, ...args),
    async commit(files, { message = 'Change files', date } = {}) {
      for (const [path, change] of Object.entries(files)) await writeChange(join(workDir, path), change);
      await git(workDir, 'add', '-A', '-f');
      const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      await runGit(workDir, ['commit', '-q', '--allow-empty', '-m', message], dates);
      await git(workDir, 'push', '-q', '--force', 'origin', 'HEAD');
      return await git(workDir, 'rev-parse', 'HEAD');
    },
  };
}

async function writeChange(path: string, change: FileChange): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  if (change === null) return;
  if (typeof change === 'string' || change instanceof Uint8Array) return await writeFile(path, change);
  if ('link' in change) return await symlink(change.link, path);
  await writeFile(path, change.executable);
  await chmod(path, 0o755);
}

function git(cwd: string, ...args: string[]): Promise<string> {
  return runGit(cwd, args, {});
}

/** Without the settings of whoever runs the tests. */
async function runGit(cwd: string, args: string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('git', args, {
    cwd,
    maxBuffer: 100_000_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
      ...env,
    },
  });
  return stdout.trim();
}
