/** What kind of thing went wrong with a remote repository. */
export type GitFailure =
  | 'url-invalid'
  | 'auth'
  | 'not-found'
  | 'empty'
  | 'ref-not-found'
  | 'object-not-found'
  | 'reference-invalid'
  | 'protocol'
  | 'transport'
  | 'limit'
  | 'timeout'
  | 'corrupt';

/** A failed operation on a repository. The message never holds credentials or what the server wrote in a body. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly failure: GitFailure;

  constructor(failure: GitFailure, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.failure = failure;
  }
}

/**
 * The same failure, said in the words of the operation around it. Anything that is no `GitError` (an abort) passes
 * unchanged.
 */
export function wrapGitError(prefix: string, error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  return new GitError(error.failure, `${prefix}: ${error.message}`, { cause: error.cause });
}
