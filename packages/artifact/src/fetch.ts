import { get as httpGet, STATUS_CODES, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifact } from '@sluice/api';
import { verifyDigest } from './digest.ts';
import { ArtifactError, ArtifactNotFound } from './errors.ts';

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Of the compressed archive (default 512 MiB). */
  readonly maxBytes?: number;
  /** `host[:port]` to ask instead of the URL's own, for controllers that run outside the cluster. */
  readonly localHost?: string;
  /** Origins (`http://host:port`) that may be asked; absent: any. */
  readonly origins?: readonly string[];
  readonly retry?: FetchRetry;
}

export interface FetchRetry {
  /** After the first one. Default 4. */
  readonly attempts: number;
  /** Doubles from one attempt to the next. Default 500. */
  readonly minDelayMs: number;
  /** Also the longest Retry-After that is waited for. Default 8000. */
  readonly maxDelayMs: number;
}

const defaultMaxBytes = 536_870_912;
const defaultRetry: FetchRetry = { attempts: 4, minDelayMs: 500, maxDelayMs: 8000 };
const idleTimeoutMs = 30_000;

/**
 * Downloads an artifact and checks its digest; follows no redirect.
 * @returns the bytes of the tar.gz, for `unpackArchive`
 * @throws ArtifactNotFound when the server has no such file: try again later
 * @throws ArtifactError with the texts of Flux's consumers; `signal.reason` when aborted
 */
export async function fetchArtifact(
  artifact: Pick<Artifact, 'url' | 'digest'>,
  options: FetchOptions,
): Promise<Uint8Array> {
  const url = chooseUrl(artifact.url, options);
  const retry = options.retry ?? defaultRetry;
  for (let attempt = 0; ; attempt++) {
    try {
      const bytes = await download(url, options.maxBytes ?? defaultMaxBytes, options.signal);
      verifyDigest(bytes, artifact.digest);
      return bytes;
    } catch (error) {
      options.signal.throwIfAborted();
      // The file of a rebuilt artifact may be replaced in mid-transfer, so a wrong digest is worth another look.
      const isPassing =
        error instanceof Transient || (error instanceof ArtifactError && error.failure === 'DigestMismatch');
      if (!isPassing || attempt >= retry.attempts) throw finalError(error);
      const asked = error instanceof Transient ? error.retryAfterMs : undefined;
      const delayMs = Math.min(retry.maxDelayMs, Math.max(asked ?? 0, retry.minDelayMs * 2 ** attempt));
      await sleep(delayMs, undefined, { signal: options.signal });
    }
  }
}

/** A failure that another attempt may not meet. */
class Transient extends Error {
  override readonly name = 'Transient';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

function finalError(error: unknown): unknown {
  if (!(error instanceof Transient)) return error;
  return new ArtifactError('DownloadFailed', `failed to download archive: ${error.message}`, { cause: error });
}

function chooseUrl(text: string, { localHost, origins }: FetchOptions): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ArtifactError('DownloadFailed', 'failed to download archive: artifact has no valid URL');
  }
  if (origins !== undefined && !origins.includes(url.origin)) {
    throw new ArtifactError('OriginNotAllowed', `artifact origin not allowed: ${url.origin}`);
  }
  // Setting `host` without a port would keep the old port.
  return localHost === undefined ? url : new URL(`${url.protocol}//${localHost}${url.pathname}${url.search}`);
}

async function download(url: URL, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await request(url, signal);
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    if (status === 404) throw new ArtifactNotFound(url.href);
    const text = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
    const message = `failed to download archive from ${url.href} (status: ${text})`;
    const isPassing = status === 429 || (status >= 500 && status !== 501);
    if (isPassing) throw new Transient(`giving up after status ${text}`, { retryAfterMs: parseRetryAfter(response) });
    throw new ArtifactError('DownloadFailed', message);
  }
  return await readBody(response, maxBytes);
}

function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const req = get(url, { signal, timeout: idleTimeoutMs, headers: { accept: '*/*' } }, resolve);
    req.on('timeout', () => req.destroy(new Error(`no byte for ${idleTimeoutMs / 1000}s`)));
    req.on('error', (cause) => reject(new Transient(cause.message, { cause })));
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // The parameter type of the stream's iterator is `any`; without an encoding set, chunks are buffers.
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new Transient(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  if (length > maxBytes) {
    throw new ArtifactError('TooLarge', `failed to download archive: it is larger than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks, length);
}

function parseRetryAfter(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
