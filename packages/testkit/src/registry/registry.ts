import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { registryLogin, startBackend } from './backend.ts';
import { pushImage, type PushedImage } from './push.ts';
import { createTokenAuth, type TokenAuth, type TokenAuthOptions } from './token-auth.ts';

export interface TestRegistryOptions {
  /** `basic`: the registry's own check, for `registryLogin`. Absent: everyone may read and write. */
  readonly auth?: 'basic' | TokenAuthOptions;
  readonly tls?: { readonly certPem: string; readonly keyPem: string; readonly clientCaPem?: string };
  /** Tags of a page, with a relative Link to the next; docker-registry itself gives all at once. */
  readonly pageSize?: number;
  /** What goes wrong with this request, if anything. */
  fail?(request: TestRegistryRequest): RegistryFault | undefined;
}

export interface TestRegistryRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** By the monotonic clock, in ms. */
  readonly at: number;
  readonly body: string;
  /** Of the client: the same for requests over one connection. */
  readonly remotePort: number | undefined;
}

export type RegistryFault =
  | { readonly type: 'close' }
  | { readonly type: 'hang' }
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: string;
    };

/** Debian's docker-registry behind a door of our own, which logs, pages, asks for tokens and fails on order. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:<port>`, the registry in the names of images. */
  readonly host: string;
  readonly url: string;
  /** All that came in through the door. */
  readonly requests: readonly TestRegistryRequest[];
  /** Pushes a tiny image, past the door. Images with the same `content` (default the first tag) have the same digest. */
  push(repository: string, tags: string | readonly string[], content?: string): Promise<PushedImage>;
}

/** @throws when docker-registry is not installed; see `hasProgram` */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(await startBackend({ isBasic: options.auth === 'basic' }));
  const requests: TestRegistryRequest[] = [];
  const tokenAuth = typeof options.auth === 'object' ? createTokenAuth(options.auth) : undefined;
  const door = { options, backendUrl: backend.url, tokenAuth, requests, scheme: options.tls ? 'https' : 'http' };
  const server = listener(options.tls, (req, res) => {
    enter(req, res, door).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authorization = `Basic ${Buffer.from(`${registryLogin.username}:${registryLogin.password}`).toString('base64')}`;
  const headers = options.auth === 'basic' ? { authorization } : {};
  const running = stack.move();
  return {
    host,
    url: `${door.scheme}://${host}`,
    requests,
    push(repository, tags, content) {
      const list = typeof tags === 'string' ? [tags] : tags;
      return pushImage({ url: backend.url, headers }, repository, { tags: list, content: content ?? list[0] ?? '' });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Door {
  readonly options: TestRegistryOptions;
  readonly backendUrl: string;
  readonly tokenAuth: TokenAuth | undefined;
  readonly requests: TestRegistryRequest[];
  readonly scheme: string;
}

function listener(tls: TestRegistryOptions['tls'], handle: RequestListener): ReturnType<typeof createServer> {
  if (tls === undefined) return createServer(handle);
  const { certPem, keyPem, clientCaPem } = tls;
  const client = clientCaPem === undefined ? {} : { ca: clientCaPem, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ cert: certPem, key: keyPem, ...client }, handle);
}

async function enter(req: IncomingMessage, res: ServerResponse, door: Door): Promise<void> {
  const body = await readAll(req);
  const { method = '', url: path = '/', headers } = req;
  const request = {
    method,
    path,
    headers,
    at: performance.now(),
    body: body.toString(),
    remotePort: req.socket.remotePort,
  };
  door.requests.push(request);
  const fault = door.options.fail?.(request);
  if (fault?.type === 'close') return void req.socket.destroy();
  if (fault?.type === 'hang') return;
  if (fault?.type === 'answer') return void res.writeHead(fault.status, fault.headers).end(fault.body);
  const { tokenAuth } = door;
  if (tokenAuth !== undefined && path.startsWith('/token')) return tokenAuth.serve(req, res, request.body);
  if (tokenAuth !== undefined && !tokenAuth.isAllowed(req)) {
    const challenge = tokenAuth.challenge(req, `${door.scheme}://${headers.host}`);
    const answer = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] };
    res.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': challenge });
    return void res.end(JSON.stringify(answer));
  }
  const answer = await ask(request, door);
  const isPaged = door.options.pageSize !== undefined && answer.statusCode === 200 && path.includes('/tags/list');
  if (isPaged) return sendPage(res, path, await readAll(answer), door.options.pageSize ?? 0);
  res.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, res);
}

function ask({ method, path, headers, body }: TestRegistryRequest, door: Door): Promise<IncomingMessage> {
  const { authorization, ...rest } = headers;
  const forwarded = door.options.auth === 'basic' && authorization !== undefined ? { ...rest, authorization } : rest;
  return new Promise((resolve, reject) => {
    const req = httpRequest(`${door.backendUrl}${path}`, { method, headers: forwarded, agent: false }, resolve);
    req.on('error', reject);
    req.end(body);
  });
}

function sendPage(res: ServerResponse, path: string, body: Buffer, size: number): void {
  const { name, tags } = JSON.parse(body.toString()) as { name: string; tags: string[] | null };
  const { pathname, searchParams } = new URL(path, 'http://registry');
  const last = searchParams.get('last');
  const sorted = (tags ?? []).toSorted();
  const from = last === null ? 0 : sorted.indexOf(last) + 1;
  const page = sorted.slice(from, from + size);
  const link = `<${pathname}?last=${page.at(-1)}&n=${size}>; rel="next"`;
  const isLast = from + size >= sorted.length;
  res.writeHead(200, { 'content-type': 'application/json', ...(!isLast && { link }) });
  res.end(JSON.stringify({ name, tags: page }));
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
