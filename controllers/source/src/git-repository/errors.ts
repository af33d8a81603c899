import { ReconcileError } from '@sluice/api';
import type { GitError } from '@sluice/git';

/** What a failure of the repository means for the object. */
export function gitOperationFailed(error: GitError): ReconcileError {
  if (error.failure === 'url-invalid') {
    return new ReconcileError('URLInvalid', error.message, {
      retry: 'stalled',
      condition: 'FetchFailed',
      cause: error,
    });
  }
  if (error.failure === 'empty') {
    return new ReconcileError('EmptyGitRepository', error.message, { condition: 'FetchFailed', cause: error });
  }
  const message = `failed to checkout and determine revision: ${error.message}`;
  return new ReconcileError('GitOperationFailed', message, { condition: 'FetchFailed', cause: error });
}
