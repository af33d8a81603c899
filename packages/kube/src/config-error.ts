/** A configuration that cannot be used: the message names the file and what to change. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
}
