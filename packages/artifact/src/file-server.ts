import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { tryParseArtifactPath, type ArtifactPath } from './path.ts';
import type { ArtifactStore, OpenedArtifact } from './store.ts';

export interface FileServerOptions {
  readonly store: ArtifactStore;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface FileServer extends AsyncDisposable {
  /** `host:port`, as consumers on the same machine reach it. */
  readonly address: string;
}

const maxConnections = 512;
const maxConnectionsPerClient = 32;

/** Serves the artifacts of a store over plain HTTP, to everyone who can reach it. */
export async function startFileServer({ store, host, port }: FileServerOptions): Promise<FileServer> {
  const handle = artifactHandler(store);
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 5000 },
    (req, res) => void handle(req, res).catch(() => res.destroy()),
  );
  server.maxConnections = maxConnections;
  server.timeout = 30_000;
  limitPerClient(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** GET and HEAD of artifacts, with one range and conditions. `/` answers probes; nothing is ever listed. */
export function artifactHandler(store: ArtifactStore) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return end(res, 405, { allow: 'GET, HEAD' });
    if (req.url === '/') return end(res, 200, { 'content-type': 'text/plain' }, 'artifacts\n');
    const path = tryParseRequestPath(req.url ?? '');
    if (path === undefined) return end(res, 404);
    await using file = await store.open(path);
    if (file === undefined) return end(res, 404);
    const headers = describe(file);
    if (isNotModified(req, file, headers)) return end(res, 304, headers);
    const range = parseRange(req, file, headers);
    if (range === 'unsatisfiable') return end(res, 416, { 'content-range': `bytes */${file.size}` });
    const { start, end: last } = range ?? { start: 0, end: file.size - 1 };
    res.writeHead(range === undefined ? 200 : 206, {
      ...headers,
      'content-length': last - start + 1,
      ...(range !== undefined && { 'content-range': `bytes ${start}-${last}/${file.size}` }),
    });
    if (req.method === 'HEAD' || file.size === 0) return void res.end();
    await pipeline(file.stream(start, last), res);
  };
}

function end(res: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}, body = ''): void {
  res.writeHead(status, { ...headers, 'x-content-type-options': 'nosniff' }).end(body);
}

/** Decodes once; what still looks encoded, or hides a separator, is no artifact. */
function tryParseRequestPath(url: string): ArtifactPath | undefined {
  const raw = url.replace(/[?#].*$/s, '');
  if (!raw.startsWith('/') || /%(2f|5c|00)/i.test(raw)) return undefined;
  try {
    return tryParseArtifactPath(decodeURIComponent(raw.slice(1)));
  } catch {
    // A malformed escape.
    return undefined;
  }
}

function describe(file: OpenedArtifact): { etag: string; 'last-modified': string } & OutgoingHttpHeaders {
  const [algorithm = '', hex = ''] = file.digest.split(':');
  return {
    'content-type': 'application/gzip',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    etag: `"${file.digest}"`,
    'last-modified': file.modified.toUTCString(),
    // RFC 9530
    'repr-digest': `${algorithm.replace(/^sha/, 'sha-')}=:${Buffer.from(hex, 'hex').toString('base64')}:`,
  };
}

function isNotModified(req: IncomingMessage, file: OpenedArtifact, { etag }: { etag: string }): boolean {
  const tags = req.headers['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')));
  const since = Date.parse(req.headers['if-modified-since'] ?? '');
  return Number.isFinite(since) && Math.floor(file.modified.getTime() / 1000) * 1000 <= since;
}

/** `undefined`: the whole file. */
function parseRange(
  req: IncomingMessage,
  { size }: OpenedArtifact,
  { etag, 'last-modified': modified }: { etag: string; 'last-modified': string },
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const { range, 'if-range': condition } = req.headers;
  if (range === undefined || (condition !== undefined && condition !== etag && condition !== modified))
    return undefined;
  if (range.includes(',')) return 'unsatisfiable';
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const stop = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > stop || start >= size ? 'unsatisfiable' : { start, end: stop };
}

function limitPerClient(server: ReturnType<typeof createServer>): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const client = socket.remoteAddress ?? '';
    const count = (counts.get(client) ?? 0) + 1;
    counts.set(client, count);
    socket.once('close', () => {
      const left = (counts.get(client) ?? 1) - 1;
      if (left > 0) counts.set(client, left);
      else counts.delete(client);
    });
    if (count > maxConnectionsPerClient) socket.destroy();
  });
}
