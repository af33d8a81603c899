import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricsContentType, type MetricsRegistry } from './metrics-registry.ts';

export interface Address {
  /** Absent: all interfaces. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
}

/** What is well and what is not, by name. */
export type Checks = () => Promise<Readonly<Record<string, boolean>>> | Readonly<Record<string, boolean>>;

export interface Probes {
  /** Is the process worth keeping? */
  readonly live: Checks;
  /** May it be counted on? */
  readonly ready: Checks;
  readonly metrics: MetricsRegistry;
}

/** `/healthz` and `/readyz` answer 200 or 503, with each check when asked with `?verbose`; `/metrics` is for Prometheus. */
export function probesHandler({ live, ready, metrics }: Probes) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'method not allowed\n');
    const url = new URL(request.url ?? '/', 'http://localhost');
    switch (url.pathname) {
      case '/healthz':
        return endChecks(response, await live(), url);
      case '/readyz':
        return endChecks(response, await ready(), url);
      case '/metrics':
        return end(response, 200, await metrics.render(), metricsContentType);
      default:
        return end(response, 404, 'not found\n');
    }
  };
}

export interface Listening extends AsyncDisposable {
  readonly address: AddressInfo;
}

export async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  { host, port }: Address,
): Promise<Listening> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    handler(request, response).catch(() => end(response, 500, 'internal error\n'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A server that listens on TCP has an address of this shape.
  return { address: server.address() as AddressInfo, [Symbol.asyncDispose]: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

function endChecks(response: ServerResponse, checks: Readonly<Record<string, boolean>>, url: URL): void {
  const isWell = Object.values(checks).every(Boolean);
  const lines = Object.entries(checks).map(([name, ok]) => `[${ok ? '+' : '-'}]${name}\n`);
  const verbose = url.searchParams.has('verbose') || !isWell ? lines.join('') : '';
  end(response, isWell ? 200 : 503, `${verbose}${isWell ? 'ok' : 'not ok'}\n`);
}

function end(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' });
  response.end(body);
}
