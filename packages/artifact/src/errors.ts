/** Why an artifact could not be read or written. */
export type ArtifactFailure =
  | 'DownloadFailed'
  | 'OriginNotAllowed'
  | 'DigestMismatch'
  | 'InvalidDigest'
  | 'InvalidArchive'
  | 'UnsafePath'
  | 'TooLarge';

export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly failure: ArtifactFailure;

  constructor(failure: ArtifactFailure, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.failure = failure;
  }
}

/** The server has no such file: not ready yet, or superseded and collected. Asking again at once brings nothing. */
export class ArtifactNotFound extends Error {
  override readonly name = 'ArtifactNotFound';

  constructor(url: string) {
    super(`archive not found: ${url}`);
  }
}
