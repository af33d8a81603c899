import type { IncomingMessage } from 'node:http';
import type { Connections, EgressPolicy, HttpOptions, Proxy } from '@sluice/egress';
import { buildAuthorization, type GitAuth } from './auth.ts';
import { parseAdvertisement, parseLsRefs, type Advertisement } from './capabilities.ts';
import { GitError } from './errors.ts';
import { readBody, readChunks, sendRequest } from './http.ts';
import { delimiterPacket, flushPacket, packetLine, readPackets } from './pkt-line.ts';
import { readPack } from './side-band.ts';
import type { RemoteRef } from './refs.ts';
import { serviceUrl, type RepositoryUrl } from './url.ts';

// isomorphic-git is not used for reading: it takes a cut pack for a whole one, inflates without limits, lists all
// references before each fetch and holds 20 MiB. docs/adr/0006-git-reader.md has the measurements.

export interface RemoteOptions {
  readonly auth: GitAuth;
  readonly egress: EgressPolicy;
  readonly proxy?: Proxy;
  readonly connections: Connections;
  /** Whether credentials may go over unencrypted http. */
  readonly allowPlainHttp: boolean;
  /** Of one list of references, in bytes. */
  readonly maxRefsBytes: number;
  /** Of one pack on the wire, in bytes. */
  readonly maxPackBytes: number;
}

export interface PackRequest {
  readonly wants: readonly string[];
  /** Absent: the whole history. */
  readonly depth?: number;
  /** Asks for commits without files, if the server can; see `canFilter`. */
  readonly commitsOnly?: boolean;
}

/** A repository that was reached. */
export interface Remote {
  /** Whether it hands out any commit by its hash, and not only what it lists. */
  readonly servesAnyCommit: boolean;
  readonly canFilter: boolean;
  /** References whose names start with one of `prefixes`; all for none. One request with protocol 2, else none. */
  listRefs(prefixes: readonly string[], signal: AbortSignal): Promise<readonly RemoteRef[]>;
  /** The bytes of a pack that needs no other objects; unchecked. */
  fetchPack(request: PackRequest, signal: AbortSignal): Promise<Buffer>;
}

interface Connection {
  readonly base: URL;
  readonly authorization: string | undefined;
  readonly http: Omit<HttpOptions, 'signal'>;
  readonly options: RemoteOptions;
}

const agent = 'agent=git/2.50-sluice';
const userAgent = 'git/2.50 (sluice)';
const maxRedirects = 5;

/**
 * Asks the server what it can do.
 * @throws GitError
 */
export async function openRemote(address: RepositoryUrl, options: RemoteOptions, signal: AbortSignal): Promise<Remote> {
  const { auth, proxy, egress, connections } = options;
  const http = {
    egress,
    connections,
    ...(auth.tls !== undefined && { tls: auth.tls }),
    ...(proxy !== undefined && { proxy }),
  };
  const authorization = buildAuthorization(address, auth, options.allowPlainHttp);
  const { connection, advertisement } = await readInfoRefs({ base: address.url, authorization, http, options }, signal);
  const { capabilities, version } = advertisement;
  if ((capabilities.get('object-format') ?? 'sha1') !== 'sha1') {
    throw new GitError('protocol', 'SHA-256 repositories are not supported');
  }
  const fetchFeatures = (capabilities.get('fetch') ?? '').split(' ');
  const isAnyWanted = ['allow-reachable-sha1-in-want', 'allow-any-sha1-in-want'].some((name) => capabilities.has(name));
  return {
    servesAnyCommit: version === 2 || isAnyWanted,
    canFilter: version === 2 ? fetchFeatures.includes('filter') : capabilities.has('filter'),
    async listRefs(prefixes, listSignal) {
      if (advertisement.version === 2) return await listRefs(connection, prefixes, listSignal);
      return advertisement.refs.filter(({ name }) => isListed(name, prefixes));
    },
    async fetchPack(request, fetchSignal) {
      const body = version === 2 ? buildFetch(request) : buildOldFetch(request, capabilities);
      const response = await post(connection, { body, isVersion2: version === 2 }, fetchSignal);
      return await readPack(readPackets(readChunks(response, fetchSignal)), version, options.maxPackBytes);
    },
  };
}

async function listRefs(
  connection: Connection,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<readonly RemoteRef[]> {
  const lines = ['peel', ...prefixes.map((prefix) => `ref-prefix ${prefix}`)];
  const response = await post(connection, { body: buildCommand('ls-refs', lines), isVersion2: true }, signal);
  const body = await readBody(response, connection.options.maxRefsBytes, signal);
  // Prefixes are only a hint to the server.
  return (await parseLsRefs(readPackets([body]))).filter(({ name }) => isListed(name, prefixes));
}

function isListed(name: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Follows redirects by our own rules: never from https to http, and credentials stay with the first origin. */
async function readInfoRefs(
  first: Connection,
  signal: AbortSignal,
): Promise<{ connection: Connection; advertisement: Advertisement }> {
  const { options, http } = first;
  let url = serviceUrl(first.base, 'info/refs', 'service=git-upload-pack');
  for (let hop = 0; ; hop++) {
    const authorization = url.origin === first.base.origin ? first.authorization : undefined;
    const headers = { ...requestHeaders(authorization), 'git-protocol': 'version=2' };
    // A client certificate is a credential too.
    const tls = url.origin === first.base.origin ? http.tls : withoutClientCertificate(http);
    const { tls: _tls, ...rest } = http;
    const hopHttp = tls === undefined ? rest : { ...rest, tls };
    const response = await sendRequest({ url, headers }, { ...hopHttp, signal });
    const location = redirectTarget(response, url);
    if (location === undefined) {
      checkAnswer(response, 'application/x-git-upload-pack-advertisement');
      const body = await readBody(response, options.maxRefsBytes, signal);
      return {
        connection: { base: baseOf(url, first.base), authorization, http: hopHttp, options },
        advertisement: await parseAdvertisement(body),
      };
    }
    response.destroy();
    if (hop >= maxRedirects) throw new GitError('transport', 'too many redirects');
    if (url.protocol === 'https:' && location.protocol !== 'https:') {
      throw new GitError('transport', 'insecure redirect refused');
    }
    url = location;
  }
}

function withoutClientCertificate({ tls }: Pick<HttpOptions, 'tls'>): HttpOptions['tls'] {
  return tls?.ca === undefined ? undefined : { ca: tls.ca };
}

function redirectTarget(response: IncomingMessage, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const url = URL.parse(headers.location, from);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new GitError('transport', 'redirect to an unusable address');
  }
  url.username = '';
  url.password = '';
  return url;
}

/** Where the other services are, once the first was found at `url`. */
function baseOf(url: URL, fallback: URL): URL {
  const suffix = '/info/refs';
  if (!url.pathname.endsWith(suffix)) return fallback;
  const base = new URL(url.origin);
  base.pathname = url.pathname.slice(0, -suffix.length);
  return base;
}

async function post(
  connection: Connection,
  { body, isVersion2 }: { body: string; isVersion2: boolean },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const response = await sendRequest(
    {
      url: serviceUrl(connection.base, 'git-upload-pack'),
      headers: {
        ...requestHeaders(connection.authorization),
        'content-type': 'application/x-git-upload-pack-request',
        accept: 'application/x-git-upload-pack-result',
        ...(isVersion2 && { 'git-protocol': 'version=2' }),
      },
      body: Buffer.from(body),
    },
    { ...connection.http, signal },
  );
  checkAnswer(response, 'application/x-git-upload-pack-result');
  return response;
}

function requestHeaders(authorization: string | undefined): Record<string, string> {
  return { 'user-agent': userAgent, ...(authorization !== undefined && { authorization }) };
}

/** The body of a refusal is not shown: it may echo what was sent. */
function checkAnswer(response: IncomingMessage, type: string): void {
  const error = answerError(response, type);
  if (error === undefined) return;
  response.destroy();
  throw error;
}

function answerError({ statusCode = 0, headers }: IncomingMessage, type: string): GitError | undefined {
  if (statusCode === 401) return new GitError('auth', 'authentication required');
  if (statusCode === 403) return new GitError('auth', 'authorization failed');
  if (statusCode === 404 || statusCode === 410) return new GitError('not-found', 'repository not found');
  if (statusCode === 429) return new GitError('transport', 'rate limited (status 429)');
  if (statusCode !== 200) return new GitError('transport', `unexpected status ${statusCode}`);
  const actual = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (actual === type) return undefined;
  const hint = actual === 'text/plain' ? ': dumb HTTP servers are not supported' : '';
  return new GitError('protocol', `unexpected content type${hint}`);
}

function buildCommand(command: string, lines: readonly string[]): string {
  const head = [`command=${command}`, agent, 'object-format=sha1'].map(packetLine).join('');
  return `${head}${delimiterPacket}${lines.map(packetLine).join('')}${flushPacket}`;
}

/** Neither `thin-pack` nor haves: the pack stands for itself. */
function buildFetch({ wants, depth, commitsOnly }: PackRequest): string {
  return buildCommand('fetch', [
    'no-progress',
    'ofs-delta',
    ...(depth === undefined ? [] : [`deepen ${depth}`]),
    ...(commitsOnly === true ? ['filter tree:0'] : []),
    ...wants.map((oid) => `want ${oid}`),
    'done',
  ]);
}

/** @see git's gitprotocol-pack(5), "Packfile Negotiation" */
function buildOldFetch({ wants, depth, commitsOnly }: PackRequest, capabilities: ReadonlyMap<string, string>): string {
  const wished = ['side-band-64k', 'ofs-delta', 'no-progress', ...(commitsOnly === true ? ['filter'] : [])];
  const features = [...wished.filter((name) => capabilities.has(name)), agent].join(' ');
  const lines = wants.map((oid, index) => (index === 0 ? `want ${oid} ${features}` : `want ${oid}`));
  if (depth !== undefined) {
    if (!capabilities.has('shallow')) throw new GitError('protocol', 'the server does not support shallow fetches');
    lines.push(`deepen ${depth}`);
  }
  if (commitsOnly === true) lines.push('filter tree:0');
  return `${lines.map(packetLine).join('')}${flushPacket}${packetLine('done')}`;
}
