import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ServerCertificates } from '../tls/certificates.ts';
import { readLimited } from './body.ts';
import type { ApiRequest, ApiResponse, EventSink } from './messages.ts';

/** A watcher may lag behind by this many bytes before its connection is dropped. */
const maxBufferedBytes = 4 * 1024 * 1024;

/** What a connection sent, before anybody has asked who it is. */
export interface IncomingCall extends Omit<ApiRequest, 'user'> {
  readonly certificateFingerprint: string | undefined;
}

/** Serves calls; `abort` of the answer is called when the client goes away. Resolves to how the response should look. */
export type Serve = (call: IncomingCall) => Promise<ApiResponse | 'reset'>;

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly certificates: ServerCertificates;
  readonly serve: Serve;
}

/** Listens with TLS; client certificates of our authority are looked at, not demanded. */
export async function listen({ host, port, certificates, serve }: ListenerOptions): Promise<Server> {
  const server = createServer(
    {
      key: certificates.server.keyPem,
      cert: certificates.server.certPem,
      ca: certificates.caPem,
      requestCert: true,
      // Bearer tokens come without a certificate: who may pass is decided per request.
      rejectUnauthorized: false,
      keepAliveTimeout: 60_000,
      maxHeaderSize: 1024 * 1024,
    },
    (req, res) => void respond(serve, req, res),
  );
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

export function portOf(server: Server): number {
  // A listening TCP server has an address of this form.
  return (server.address() as AddressInfo).port;
}

async function respond(serve: Serve, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const response = await serve(callOf(req));
  if (response === 'reset') {
    req.socket.destroy();
    return;
  }
  const auditId = req.headers['audit-id'];
  res.writeHead(response.code, {
    ...response.headers,
    ...(response.body === undefined ? {} : { 'content-length': Buffer.byteLength(response.body) }),
    'audit-id': typeof auditId === 'string' && auditId !== '' ? auditId : randomUUID(),
  });
  if (response.stream === undefined) {
    res.end(req.method === 'HEAD' ? undefined : response.body);
    return;
  }
  res.flushHeaders();
  const stop = response.stream(sinkOf(res));
  res.on('close', stop);
}

function callOf(req: IncomingMessage): IncomingCall {
  const [path = '/', ...query] = (req.url ?? '/').split('?');
  let body: Promise<Buffer> | undefined;
  return {
    method: req.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    header: (name) => {
      const value = req.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    readBody: () => (body ??= readLimited(req)),
    remoteHost: req.headers.host ?? '',
    certificateFingerprint: fingerprint(req),
  };
}

/** The fingerprint of the client's certificate, when our authority signed it. */
function fingerprint({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return socket.getPeerCertificate().fingerprint256;
}

function sinkOf(res: ServerResponse): EventSink {
  return {
    write: (text) => {
      res.write(text);
      if (res.writableLength <= maxBufferedBytes) return true;
      res.destroy();
      return false;
    },
    end: () => res.end(),
    destroy: () => res.destroy(),
  };
}
