import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface GitServerOptions {
  /** Folder of the bare repositories. */
  readonly root: string;
  /** Absent: everyone may read. */
  readonly auth?: GitServerAuth;
  readonly tls?: { readonly certPem: string; readonly keyPem: string; readonly clientCaPem?: string };
  /** Whether clients may push (default false). */
  readonly allowPush?: boolean;
  /** Address to listen at (default `127.0.0.1`). */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** 0 hides the client's wish for a newer protocol, as old servers do (default 2). */
  readonly protocol?: 0 | 2;
  onRequest?(request: GitRequest): void;
  /** What goes wrong with this request, if anything. Asked once its command is known. */
  fail?(request: GitRequest): GitFailure | undefined;
}

export type GitServerAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string };

export interface GitRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** `ls-refs` or `fetch` of protocol version 2, else absent. */
  readonly command?: string;
  /** Of the client: the same for requests over one connection. */
  readonly remotePort?: number;
}

export type GitFailure =
  | { readonly type: 'close' }
  | { readonly type: 'hang' }
  | { readonly type: 'answer'; readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body?: string }
  /** Changes the body that git answered with. */
  | { readonly type: 'edit'; edit(body: Buffer): Buffer };

export interface GitServer extends AsyncDisposable {
  /** Without trailing slash; a repository is `<url>/<name>.git`. */
  readonly url: string;
}

/** Serves the bare repositories of a folder over HTTP(S) through git's own `http-backend`. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const children = new Set<ChildProcess>();
  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    answer(req, res, options, children).catch(() => res.destroy());
  };
  const { tls, host = '127.0.0.1' } = options;
  const server =
    tls === undefined
      ? createServer(handle)
      : createTlsServer(
          {
            cert: tls.certPem,
            key: tls.keyPem,
            ...(tls.clientCaPem !== undefined && { ca: tls.clientCaPem, requestCert: true, rejectUnauthorized: true }),
          },
          handle,
        );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      for (const child of children) child.kill('SIGKILL');
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  options: GitServerOptions,
  children: Set<ChildProcess>,
): Promise<void> {
  const body = await readAll(req);
  const command = /^[0-9a-f]{4}command=([a-z-]+)/.exec(body.subarray(0, 64).toString('latin1'))?.[1];
  const request: GitRequest = {
    method: req.method ?? '',
    path: req.url ?? '/',
    headers: req.headers,
    ...(command !== undefined && { command }),
    ...(req.socket.remotePort !== undefined && { remotePort: req.socket.remotePort }),
  };
  options.onRequest?.(request);
  const failure = options.fail?.(request);
  if (failure?.type === 'close') return void req.socket.destroy();
  if (failure?.type === 'hang') return;
  if (failure?.type === 'answer') return void res.writeHead(failure.status, failure.headers).end(failure.body);
  if (!isAuthorized(req.headers.authorization, options.auth)) {
    const challenge = options.auth?.type === 'bearer' ? 'Bearer realm="git"' : 'Basic realm="git"';
    return void res.writeHead(401, { 'www-authenticate': challenge }).end();
  }
  const output = runBackend(request, body, options, children);
  const { status, headers } = await readCgiHead(output);
  res.writeHead(status, headers);
  if (failure === undefined) await pipeline(output, res);
  else res.end(failure.edit(await readAll(output)));
}

function isAuthorized(header: string | undefined, auth: GitServerAuth | undefined): boolean {
  if (auth === undefined) return true;
  if (auth.type === 'bearer') return header === `Bearer ${auth.token}`;
  return header === `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
}

function runBackend(
  request: GitRequest,
  body: Buffer,
  options: GitServerOptions,
  children: Set<ChildProcess>,
): Readable {
  const child = spawn('git', ['http-backend'], { env: buildEnvironment(request, options), stdio: 'pipe' });
  children.add(child);
  child.once('error', (error) => child.stdout.destroy(error));
  child.once('close', () => children.delete(child));
  // Unread, a full pipe would stop git.
  child.stderr.resume();
  // git may refuse a request before it has read all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  return child.stdout;
}

/** @see RFC 3875, "The Common Gateway Interface", and `git help http-backend` */
function buildEnvironment(request: GitRequest, options: GitServerOptions): Record<string, string> {
  const [path = '/', query = ''] = request.path.split('?', 2);
  const { 'content-type': type, 'content-encoding': encoding, 'git-protocol': protocol } = request.headers;
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: options.root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(path),
    QUERY_STRING: query,
    ...(type !== undefined && { CONTENT_TYPE: type }),
    ...(encoding !== undefined && { HTTP_CONTENT_ENCODING: encoding }),
    ...(typeof protocol === 'string' && options.protocol !== 0 && { GIT_PROTOCOL: protocol }),
    // http-backend lets only a known user push.
    ...(options.allowPush === true && { REMOTE_USER: 'git' }),
  };
}

/** Reads the header lines and leaves the body in the stream. */
async function readCgiHead(output: Readable): Promise<{ status: number; headers: Record<string, string> }> {
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      output.unshift(head.subarray(end + 4));
      return parseCgiHead(head.subarray(0, end).toString('latin1'));
    }
    if (output.readableEnded) throw new Error('git http-backend answered nothing');
    // The type of `read` is `any`; without an encoding set it is a buffer or null.
    const chunk = output.read() as Buffer | null;
    if (chunk === null) await Promise.race([once(output, 'readable'), once(output, 'end')]);
    else head = Buffer.concat([head, chunk]);
  }
}

function parseCgiHead(text: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
