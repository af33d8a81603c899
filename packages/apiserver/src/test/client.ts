import { request as httpsRequest, Agent } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { parseJson, writeJson } from '../json-text.ts';
import { startApiServer, type ApiServer, type ApiServerOptions } from '../server.ts';

/** A parsed body of whatever shape: tests state what they expect of it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface Answer {
  readonly code: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; undefined when it is something else. */
  readonly body: Json;
  readonly warnings: readonly string[];
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly type?: string;
}

/** A server with a client that sends what a test says, nothing else. */
export interface TestServer extends AsyncDisposable {
  readonly server: ApiServer;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string, headers?: CallOptions['headers']): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  merge(path: string, body: unknown): Promise<Answer>;
  apply(path: string, body: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  watch(path: string, headers?: CallOptions['headers']): Promise<WatchStream>;
  /** Reads `path` until `test` holds; fails after two seconds. */
  until(path: string, test: (answer: Answer) => boolean): Promise<Answer>;
}

export interface WatchStream extends Disposable {
  readonly code: number;
  /** The next event; `undefined` once the stream has ended. Fails after two seconds without any. */
  next(): Promise<Json>;
  /** The events until one matches, that one included. */
  until(test: (event: Json) => boolean): Promise<Json[]>;
}

export async function startTestServer(options: ApiServerOptions = {}): Promise<TestServer> {
  const server = await startApiServer(options);
  const agent = new Agent({ ca: server.caPem, keepAlive: true });
  const call = (method: string, path: string, { headers = {}, body, type = 'application/json' }: CallOptions = {}) =>
    send({ server, agent, method, path, headers, body, type });
  return {
    server,
    call,
    get: (path, headers = {}) => call('GET', path, { headers }),
    post: (path, body) => call('POST', path, { body }),
    put: (path, body) => call('PUT', path, { body }),
    merge: (path, body) => call('PATCH', path, { body, type: 'application/merge-patch+json' }),
    apply: (path, body) => call('PATCH', path, { body, type: 'application/apply-patch+yaml' }),
    delete: (path, body) => call('DELETE', path, body === undefined ? {} : { body }),
    watch: (path, headers = {}) => openWatch(server, agent, path, headers),
    until: async (path, test) => {
      const deadline = performance.now() + 2000;
      for (;;) {
        const answer = await call('GET', path);
        if (test(answer)) return answer;
        if (performance.now() > deadline) throw new Error(`never came: ${path}: ${answer.text}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      await server.close();
    },
  };
}

interface Sending {
  readonly server: ApiServer;
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly type: string;
}

async function send(sending: Sending): Promise<Answer> {
  const res = await open(sending);
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const warning = res.headersDistinct.warning ?? [];
  return {
    code: res.statusCode ?? 0,
    headers: res.headers,
    text,
    body: parse(text),
    warnings: warning.map((line) => line.replace(/^299 - "(.*)"$/, '$1').replace(/\\(.)/g, '$1')),
  };
}

function open({ server, agent, method, path, headers, body, type }: Sending): Promise<IncomingMessage> {
  const bytes = body === undefined ? undefined : bytesOf(body);
  const defaults: Record<string, string | undefined> = {
    authorization: `Bearer ${server.token}`,
    ...(bytes === undefined ? {} : { 'content-type': type, 'content-length': String(bytes.length) }),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined && value !== ''));
  return new Promise((resolve, reject) => {
    const req = httpsRequest(`${server.url}${path}`, { method, agent, headers: sent }, resolve);
    req.on('error', reject);
    req.end(bytes);
  });
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : writeJson(body));
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return undefined; // not every answer is JSON
  }
}

async function openWatch(
  server: ApiServer,
  agent: Agent,
  path: string,
  headers: CallOptions['headers'] = {},
): Promise<WatchStream> {
  const res = await open({ server, agent, method: 'GET', path, headers, body: undefined, type: '' });
  const lines = linesOf(res);
  const next = async (): Promise<Json> => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no event on ${path}`)), 2000);
    });
    try {
      const { value, done } = await Promise.race([lines.next(), timeout]);
      return done === true ? undefined : JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    code: res.statusCode ?? 0,
    next,
    until: async (test) => {
      const events: Json[] = [];
      for (;;) {
        const event = await next();
        if (event === undefined) throw new Error(`${path} ended: ${JSON.stringify(events)}`);
        events.push(event);
        if (test(event)) return events;
      }
    },
    [Symbol.dispose]: () => void res.destroy(),
  };
}

async function* linesOf(res: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of res) {
    rest += String(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  return undefined;
}
