import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Connection } from './connection.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** A list is sent as one header line each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly body: string;
}

/** One request that was answered, or not, for those who count. */
export interface RequestOutcome {
  readonly method: HttpRequest['method'];
  /** With port, as in the URL of the server. */
  readonly host: string;
  /** HTTP status; `<error>` when no answer came. */
  readonly code: string;
}

/** The server could not be reached or the connection broke: nothing is known of the outcome. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Requests to one API server over HTTP/1.1 with kept connections; node:https is as fast as undici and 11 MiB lighter. */
export interface Transport extends AsyncDisposable {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Resolves with the headers; the body is read by the caller. Watches have connections of their own. */
  stream(request: HttpRequest): Promise<IncomingMessage>;
}

const requestTimeoutMs = 65_000; // the server's own limit is 60 s
/** Two bookmarks, which come every 60 s, and some: a peer that is silent for longer is gone. */
const silenceTimeoutMs = 150_000;
const maxConnections = 16;
const maxBodyBytes = 256 * 1024 * 1024;

/** @param onRequest called once for each request, also for those of watches and for each further attempt */
export function createTransport(
  connection: Connection,
  userAgent: string,
  onRequest: (outcome: RequestOutcome) => void = () => {},
): Transport {
  const tls = {
    ...(connection.ca !== undefined && { ca: connection.ca }),
    ...(connection.cert !== undefined && { cert: connection.cert }),
    ...(connection.key !== undefined && { key: connection.key }),
    ...(connection.servername !== undefined && { servername: connection.servername }),
    ...(connection.skipTlsVerify === true && { rejectUnauthorized: false }),
  };
  const base = new URL(connection.server);
  const secure = base.protocol === 'https:';
  const agentOf = (maxSockets: number) =>
    secure ? new HttpsAgent({ ...tls, keepAlive: true, maxSockets }) : new HttpAgent({ keepAlive: true, maxSockets });
  const requests = agentOf(maxConnections);
  const watches = agentOf(Number.POSITIVE_INFINITY);

  async function open(
    request: HttpRequest,
    agent: HttpAgent | HttpsAgent,
    timeoutMs: number,
  ): Promise<IncomingMessage> {
    const token = await connection.token?.();
    request.signal?.throwIfAborted();
    const { method } = request;
    try {
      const response = await send(request, { agent, timeoutMs, token });
      onRequest({ method, host: base.host, code: String(response.statusCode) });
      return response;
    } catch (error) {
      onRequest({ method, host: base.host, code: '<error>' });
      throw error;
    }
  }

  function send(
    request: HttpRequest,
    { agent, timeoutMs, token }: { agent: HttpAgent | HttpsAgent; timeoutMs: number; token: string | undefined },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(
        {
          host: base.hostname.replace(/^\[|\]$/g, ''),
          port: base.port === '' ? (secure ? 443 : 80) : base.port,
          path: base.pathname === '/' ? request.path : `${base.pathname}${request.path}`,
          method: request.method,
          agent,
          timeout: timeoutMs,
          headers: {
            accept: request.accept ?? 'application/json',
            'user-agent': userAgent,
            ...(request.body !== undefined && {
              'content-type': request.contentType ?? 'application/json',
              'content-length': Buffer.byteLength(request.body),
            }),
            ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }),
            ...(request.headers as OutgoingHttpHeaders | undefined),
          },
          ...(request.signal !== undefined && { signal: request.signal }),
        },
        resolve,
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)));
      outgoing.on('error', (cause) => reject(toConnectionError(cause, connection, request.signal)));
      outgoing.end(request.body);
    });
  }

  return {
    async request(request) {
      const response = await open(request, requests, requestTimeoutMs);
      try {
        return {
          status: response.statusCode ?? 0,
          retryAfterSeconds: parseRetryAfter(response.headers['retry-after']),
          body: await readBody(response),
        };
      } catch (cause) {
        throw toConnectionError(cause, connection, request.signal);
      }
    },
    stream: (request) => open(request, watches, silenceTimeoutMs),
    async [Symbol.asyncDispose]() {
      requests.destroy();
      watches.destroy();
    },
  };
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`the answer is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The HTTP date form is not used by API servers. */
function parseRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function toConnectionError(cause: unknown, connection: Connection, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new ConnectionError(`cannot reach the Kubernetes API at ${connection.server}: ${detail}`, { cause });
}
