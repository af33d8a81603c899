import { RegistryError } from './error.ts';

/** Of `@sluice/image-policy`. */
export interface RepositoryName {
  /** With the port, if there is one. */
  readonly registry: string;
  readonly repository: string;
}

/** An address fit for messages: queries may hold signatures. */
export function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * An address below the repository.
 * @throws RegistryError `refused` for a repository such as `../x`, which would lead out of it
 */
export function repositoryUrl(base: URL, repository: string, path: string): URL {
  const pathname = `/v2/${repository}/${path}`;
  const url = new URL(base);
  url.pathname = pathname;
  if (url.pathname !== pathname) throw new RegistryError('refused', `'${repository}' is no name of a repository`);
  return url;
}

const localHost = /^(?:localhost:\d+|(?:.*\.)localhost(?::\d+)?|127\.0\.0\.1(?::\d+)?|\[?::1\]?(?::\d+)?)$/;
const privateNetwork = /^(?:10\.\d+|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+(?::\d+)?$/;

/** Whether a registry is near enough to be tried without TLS. */
export function isLocalRegistry(registry: string): boolean {
  return localHost.test(registry) || privateNetwork.test(registry);
}
