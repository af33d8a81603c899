/** A text that is no version or no range; `message` is worded as Masterminds/semver does. */
export class SemverError extends Error {
  override readonly name = 'SemverError';
}
