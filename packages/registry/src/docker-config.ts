import { compileGlob } from '@sluice/glob';
import { AccessError } from './access-error.ts';
import type { RepositoryName } from './address.ts';
import type { RegistryCredentials } from './credentials.ts';
import { isRecord, tryParseJson } from './json.ts';

/** Credentials for what lies below an address. */
export interface DockerAuth {
  /** Host, port if any, path if any: `reg.example.com:5000/team`. Labels of the host may be patterns. */
  readonly key: string;
  readonly credentials: RegistryCredentials;
}

const hub = 'index.docker.io';
const hubAliases: ReadonlySet<string> = new Set(['docker.io', 'registry-1.docker.io']);

/**
 * Reads a docker config, whose servers lie under `auths`, or with `isLegacy` at the top.
 * @throws AccessError
 * @see image §3.7
 */
export function parseDockerConfig(text: string, isLegacy = false): DockerAuth[] {
  const value = tryParseJson(text);
  const servers = isLegacy || !isRecord(value) ? value : (value['auths'] ?? {});
  if (!isRecord(servers)) throw malformed();
  return Object.entries(servers).map(([server, entry]) => ({
    key: normalizeServer(server),
    credentials: parseEntry(entry),
  }));
}

/**
 * The credentials for a repository. Of several that fit, those of the longer key count, as keys are compared backwards;
 * of equal keys the first.
 */
export function findCredentials(auths: readonly DockerAuth[], name: RepositoryName): RegistryCredentials | undefined {
  const fitting = auths.filter(({ key }) => isMatch(key, name) || isMatch(withoutAlias(key), name));
  const [first, ...more] = fitting;
  if (first === undefined) return undefined;
  return more.reduce((best, next) => (next.key > best.key ? next : best), first).credentials;
}

function withoutAlias(key: string): string {
  const { host, port, path } = splitKey(key);
  return hubAliases.has(host) && port === '' ? `${hub}${path}` : key;
}

/** The image's path is compared as text: `…/te` is a key for `…/team`. */
function isMatch(key: string, { registry, repository }: RepositoryName): boolean {
  const wanted = splitKey(key);
  const actual = splitKey(registry);
  if (wanted.port !== actual.port || !`/${repository}`.startsWith(wanted.path)) return false;
  const patterns = wanted.host.split('.');
  const labels = actual.host.split('.');
  return patterns.length === labels.length && patterns.every((pattern, index) => isLabelMatch(pattern, labels[index]!));
}

function isLabelMatch(pattern: string, label: string): boolean {
  return pattern === label || compileGlob(Buffer.from(pattern))?.(Buffer.from(label)) === true;
}

function splitKey(key: string): { host: string; port: string; path: string } {
  const slash = key.indexOf('/');
  const authority = slash < 0 ? key : key.slice(0, slash);
  const [, host = authority, port = ''] = /^(.*):(\d*)$/.exec(authority) ?? [];
  return { host, port, path: slash < 0 ? '' : key.slice(slash) };
}

function normalizeServer(server: string): string {
  const address = server.replace(/^https?:\/\//, '');
  const slash = address.indexOf('/');
  if (slash < 0) return address;
  const path = address
    .slice(slash)
    .replace(/[?#].*$/s, '')
    .replace(/^\/v[12]\//, '/');
  return path === '/' ? address.slice(0, slash) : `${address.slice(0, slash)}${path}`;
}

function parseEntry(entry: unknown): RegistryCredentials {
  if (!isRecord(entry)) throw malformed();
  const read = (name: string): string => {
    const value = entry[name] ?? '';
    if (typeof value !== 'string') throw malformed();
    return value;
  };
  const auth = read('auth');
  const login = auth === '' ? { username: read('username'), password: read('password') } : decodeAuth(auth);
  return { ...login, identityToken: read('identitytoken'), registryToken: read('registrytoken') };
}

/** Padded or not. */
function decodeAuth(auth: string): { username: string; password: string } {
  const bare = auth.replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) {
    throw new AccessError('unable to decode auth field: illegal base64 data');
  }
  const text = Buffer.from(bare, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) {
    throw new AccessError('unable to decode auth field: must be formatted as base64(username:password)');
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function malformed(): AccessError {
  return new AccessError('malformed docker config');
}
