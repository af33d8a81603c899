import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EgressError,
  isPrivateLiteral,
  readBody,
  readChunks,
  sendRequest,
  type Connections,
  type EgressPolicy,
  type HttpOptions,
  type Proxy,
  type Tls,
} from '@sluice/egress';
import { withoutQuery } from './address.ts';
import { RegistryError } from './error.ts';
import type { HostGates } from './host-gates.ts';
import { patienceMs } from './rate-limit.ts';

// Node's own client, not node-fetch: redirects, addresses and TLS are decided in `@sluice/egress`. docs/adr/0012-registry-client.md
// has the reasons.

/** What the requests of one repository have in common. */
export interface Wire {
  readonly egress: EgressPolicy;
  readonly connections: Connections;
  readonly gates: HostGates;
  readonly userAgent: string;
  /** Waits before another try, in ms. */
  readonly retryDelaysMs: readonly number[];
  readonly tls?: Tls;
  proxyFor(url: URL): Proxy | undefined;
}

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** Sent to the origin of `url` only, as is the client certificate. */
  readonly authorization?: string;
  readonly accept?: string;
  readonly form?: URLSearchParams;
  /** Another check of each address that a redirect leads to. @throws RegistryError */
  checkRedirect?(url: URL): void;
  /** Default 5. */
  readonly maxRedirects?: number;
}

/** An answer with any status, its body unread. The caller reads or closes it. */
export interface Answer extends Disposable {
  readonly request: WireRequest;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** @throws RegistryError `limit`, `transport` or `timeout` */
  read(maxBytes: number): Promise<Buffer>;
  /** Passes over a short body, so that the connection can serve the next request. */
  skip(): Promise<void>;
  /** The body piece by piece. Leaving the loop early closes the connection. */
  chunks(): AsyncGenerator<Buffer>;
}

const maxSkippedBytes = 65_536;
const temporaryStatuses: ReadonlySet<number> = new Set([408, 429, 499, 500, 502, 503, 504, 522]);
const temporaryCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EAI_AGAIN', 'ETIMEDOUT']);
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request, follows redirects and tries again when that may help.
 * @throws RegistryError; `signal.reason` when aborted other than by a timeout
 */
export async function send(wire: Wire, request: WireRequest, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const delayMs = wire.retryDelaysMs[attempt];
    const answer = await tryOnce(wire, request, signal).catch((error: unknown) => {
      if (delayMs === undefined || signal.aborted || !isTemporary(error)) throw describe(request, error, signal);
    });
    if (answer !== undefined) {
      const heldMs = patienceMs(answer.status, answer.headers, Date.now());
      if (heldMs !== undefined) wire.gates.hold(request.url.host, heldMs);
      if (delayMs === undefined || !temporaryStatuses.has(answer.status)) return answer;
      await answer.skip();
      if (heldMs !== undefined) continue; // the gate waits, or refuses
    }
    await sleep((delayMs ?? 0) * (1 + Math.random() / 10), undefined, { signal }).catch((error: unknown) => {
      throw describe(request, error, signal);
    });
  }
}

async function tryOnce(wire: Wire, request: WireRequest, signal: AbortSignal): Promise<Answer> {
  const turn = await wire.gates.enter(request.url.host, signal);
  try {
    const { response, url } = await follow(wire, request, signal);
    response.once('close', () => turn[Symbol.dispose]());
    return {
      request,
      status: response.statusCode ?? 0,
      headers: response.headers,
      url,
      async read(maxBytes) {
        return await readBody(response, maxBytes, signal).catch((error: unknown) => {
          throw describe(request, error, signal);
        });
      },
      async skip() {
        // Too long a body, or a broken one: the connection is closed, and nothing is lost.
        await readBody(response, maxSkippedBytes, signal).catch(() => {});
      },
      async *chunks() {
        try {
          yield* readChunks(response, signal);
        } catch (error) {
          throw describe(request, error, signal);
        }
      },
      [Symbol.dispose]: () => void response.destroy(),
    };
  } catch (error) {
    turn[Symbol.dispose]();
    throw error;
  }
}

async function follow(
  wire: Wire,
  request: WireRequest,
  signal: AbortSignal,
): Promise<{ response: IncomingMessage; url: URL }> {
  let { url } = request;
  for (let hop = 0; ; hop++) {
    const response = await sendHop(wire, request, url, signal);
    const next = redirectTarget(response, url);
    if (next === undefined) return { response, url };
    response.destroy();
    if (hop >= (request.maxRedirects ?? 5)) throw refused('too many redirects');
    checkRedirect(request, url, next);
    url = next;
  }
}

function sendHop(wire: Wire, request: WireRequest, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, authorization, accept, form } = request;
  const isHome = url.origin === request.url.origin;
  const tls = isHome || wire.tls === undefined ? wire.tls : withoutClientCertificate(wire.tls);
  const proxy = wire.proxyFor(url);
  const options: HttpOptions = {
    egress: wire.egress,
    connections: wire.connections,
    signal,
    ...(tls !== undefined && { tls }),
    ...(proxy !== undefined && { proxy }),
  };
  const headers = {
    'user-agent': wire.userAgent,
    ...(accept !== undefined && { accept }),
    ...(authorization !== undefined && isHome && { authorization }),
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return sendRequest(
    { method, url, headers, ...(form !== undefined && { body: Buffer.from(form.toString()) }) },
    options,
  );
}

function withoutClientCertificate({ ca }: Tls): Tls | undefined {
  return ca === undefined ? undefined : { ca };
}

function redirectTarget(response: IncomingMessage, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (!redirectStatuses.has(statusCode) || headers.location === undefined) return undefined;
  const url = URL.parse(headers.location, from);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    response.destroy();
    throw refused('redirect to an unusable address');
  }
  url.username = '';
  url.password = '';
  return url;
}

function checkRedirect(request: WireRequest, from: URL, to: URL): void {
  if (from.protocol === 'https:' && to.protocol !== 'https:') throw refused('insecure redirect refused');
  if (isPrivateLiteral(to) && to.host !== request.url.host) throw refused('redirect to a private address refused');
  // A form holds a refresh token.
  if (request.form !== undefined && to.origin !== request.url.origin) throw refused('redirect to another host refused');
  request.checkRedirect?.(to);
}

function refused(message: string): RegistryError {
  return new RegistryError('refused', message);
}

function isTemporary(error: unknown): boolean {
  return error instanceof EgressError && error.failure === 'transport' && temporaryCodes.has(error.code ?? '');
}

/** The error with the request it belongs to. */
function describe({ method, url }: WireRequest, error: unknown, signal: AbortSignal): unknown {
  const prefix = `${method} ${withoutQuery(url)}`;
  if (signal.aborted && !isTimeout(signal.reason)) return signal.reason;
  if (signal.aborted) return new RegistryError('timeout', `${prefix}: context deadline exceeded (timeout)`);
  if (error instanceof EgressError)
    return new RegistryError(error.failure, `${prefix}: ${error.message}`, { cause: error });
  if (!(error instanceof RegistryError)) return error;
  const afterMs = error.retry === 'backoff' ? undefined : error.retry.afterMs;
  return new RegistryError(error.failure, `${prefix}: ${error.message}`, {
    ...(afterMs !== undefined && { afterMs }),
    cause: error,
  });
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
