import { once } from 'node:events';
import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect as tlsConnect, getCACertificates, type ConnectionOptions } from 'node:tls';
import { EgressError } from './error.ts';
import { checkLiteral, guardedLookup, type EgressPolicy } from './policy.ts';
import { openTunnel, type Proxy } from './proxy.ts';

// Node's own client rather than a library: redirects, addresses, TLS and limits are all decided here, and it costs no memory.

export interface HttpRequest {
  readonly url: URL;
  /** Default GET, with a body POST. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** PEM texts. */
export interface Tls {
  /** Trusted besides the system's roots. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpOptions {
  readonly tls?: Tls;
  readonly proxy?: Proxy;
  readonly egress: EgressPolicy;
  /** Connections to use again; not used through a proxy. */
  readonly connections?: Connections;
  readonly signal: AbortSignal;
}

/** Connections that stay open from one request to the next, until disposed of. */
export interface Connections extends Disposable {
  agentFor(url: URL): Agent;
}

export function createConnections(): Connections {
  const plain = new Agent({ keepAlive: true });
  const tls = new TlsAgent({ keepAlive: true });
  return {
    agentFor: (url) => (url.protocol === 'https:' ? tls : plain),
    [Symbol.dispose]() {
      plain.destroy();
      tls.destroy();
    },
  };
}

const connectTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;

/**
 * Sends one request and follows nothing.
 * @returns the response, its body unread; the caller reads or destroys it
 * @throws EgressError `transport` in words that say what to look at; `timeout` when the signal timed out
 */
export async function sendRequest(request: HttpRequest, options: HttpOptions): Promise<IncomingMessage> {
  try {
    options.signal.throwIfAborted();
    if (options.proxy === undefined) checkLiteral(options.egress, request.url);
    return await send(request, options);
  } catch (error) {
    throw describeError(error, options.signal);
  }
}

/**
 * The whole body.
 * @throws EgressError `limit`, `transport` or `timeout`
 */
export async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readChunks(response, signal)) {
    length += chunk.length;
    if (length > maxBytes) throw new EgressError('limit', `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The body piece by piece, its failures as `EgressError`. Leaving the loop early closes the connection. */
export async function* readChunks(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    // The iterator's type is `any`; without an encoding set, chunks are buffers.
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw describeError(error, signal);
  } finally {
    response.destroy();
  }
}

async function send(request: HttpRequest, options: HttpOptions): Promise<IncomingMessage> {
  const { url, body } = request;
  const isTls = url.protocol === 'https:';
  const tls = isTls ? tlsSettings(options.tls) : {};
  const settings: RequestOptions & ConnectionOptions = {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...request.headers, ...(body !== undefined && { 'content-length': String(body.length) }) },
    signal: options.signal,
    lookup: guardedLookup(options.egress),
    ...tls,
  };
  if (options.proxy === undefined) {
    settings.agent = options.connections?.agentFor(url) ?? false;
  } else {
    const socket = await openTunnel(url, options.proxy, options);
    const servername = isIP(url.hostname) === 0 ? { servername: url.hostname } : {};
    // Used only when no agent is named, not even `false`; then the usual port is not known, and shown to the server.
    settings.defaultPort = isTls ? 443 : 80;
    settings.createConnection = () => (isTls ? tlsConnect({ ...tls, ...servername, socket }) : socket);
  }
  const req = isTls ? httpsRequest(url, settings) : httpRequest(url, settings);
  try {
    return await exchange(req, body, isTls);
  } catch (error) {
    // The server may close a kept connection just when it is used again.
    if (req.reusedSocket && !options.signal.aborted && isReset(error)) return await send(request, options);
    throw error;
  }
}

async function exchange(req: ClientRequest, body: Uint8Array | undefined, isTls: boolean): Promise<IncomingMessage> {
  const connectTimer = setTimeout(() => req.destroy(silence('connect', connectTimeoutMs)), connectTimeoutMs);
  req.setTimeout(idleTimeoutMs, () => req.destroy(silence('read', idleTimeoutMs)));
  req.once('socket', (socket) => {
    const isOpen = req.reusedSocket || (!isTls && !socket.connecting);
    if (isOpen) clearTimeout(connectTimer);
    else socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(connectTimer));
  });
  try {
    req.end(body);
    const [response] = (await once(req, 'response')) as [IncomingMessage];
    return response;
  } finally {
    clearTimeout(connectTimer);
    // After the response an error reaches the body's reader; the request repeats it without a listener.
    req.on('error', () => {});
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function tlsSettings(tls: Tls | undefined): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(tls?.ca !== undefined && { ca: [...getCACertificates('default'), tls.ca] }),
    ...(tls?.cert !== undefined && { cert: tls.cert }),
    ...(tls?.key !== undefined && { key: tls.key }),
  };
}

function silence(step: string, ms: number): EgressError {
  return new EgressError('timeout', `${step} timeout: nothing heard for ${ms / 1000}s`);
}

/** Texts that people know from Flux, by Node's error code. */
const knownErrors: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'x509: certificate signed by unknown authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'x509: certificate signed by unknown authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'x509: certificate signed by unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'x509: certificate signed by unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'x509: certificate signed by unknown authority'],
  ['CERT_HAS_EXPIRED', 'x509: certificate has expired or is not yet valid'],
  ['CERT_NOT_YET_VALID', 'x509: certificate has expired or is not yet valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'x509: certificate is not valid for the host'],
  ['EPROTO', 'server gave HTTP response to HTTPS client, or no answer in TLS'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'server gave HTTP response to HTTPS client'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'server gave HTTP response to HTTPS client'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'temporary failure in name resolution'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset by peer'],
  ['EPIPE', 'connection reset by peer'],
  ['ETIMEDOUT', 'connection timeout'],
  ['EHOSTUNREACH', 'no route to host'],
  ['ENETUNREACH', 'network is unreachable'],
]);

function describeError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return isTimeout(signal.reason) ? deadline(signal.reason) : signal.reason;
  if (error instanceof EgressError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = knownErrors.get(code) ?? `request failed${code === '' ? '' : ` (${code})`}`;
  return new EgressError('transport', text, { cause: error, code });
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

function deadline(cause: unknown): EgressError {
  return new EgressError('timeout', 'context deadline exceeded (timeout)', { cause });
}
