import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A git command that failed: what was run, and what git said. */
export class GitCommandError extends Error {
  override readonly name = 'GitCommandError';
  /** What git itself said, which names no folder of ours. */
  readonly said: string;

  constructor(message: string, options: { said?: string; cause?: unknown } = {}) {
    super(message, options);
    this.said = options.said ?? message;
  }
}

const identity = { name: 'Sluice local mode', email: 'sluice@localhost' };

/**
 * Runs git in a folder, without the user's and the machine's configuration: a signing key, a hook or a prompt must not
 * come in between.
 * @returns standard output, without the last newline
 */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
  try {
    const { stdout } = await execute('git', args, { cwd, env, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 });
    return stdout.replace(/\n$/, '');
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
    // A folder that is not there looks the same to the caller as a program that is not.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(cwd)) {
      throw new GitCommandError('git is not on the PATH: install it, then run this again', { cause });
    }
    const text = said === '' ? String(cause) : said;
    throw new GitCommandError(`git ${args[0] ?? ''} failed in ${cwd}: ${text}`, { said: text, cause });
  }
}
