import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { checkLiteral, guardedLookup } from './policy.ts';
import { EgressError } from './error.ts';
import type { HttpOptions } from './http.ts';
import { openSocks } from './socks.ts';

/** A proxy for all connections to a server. */
export interface Proxy {
  /** `http:`, `https:` or `socks5:`; without credentials. */
  readonly url: URL;
  readonly username?: string;
  readonly password?: string;
}

/**
 * A socket to the host of `target` through a tunnel, for http as for https: so the server never sees the
 * credentials of the proxy. Of an https target the TLS handshake is still to be made.
 */
export async function openTunnel(
  target: URL,
  proxy: Proxy,
  options: Pick<HttpOptions, 'egress' | 'signal'>,
): Promise<Socket> {
  checkLiteral(options.egress, proxy.url);
  const isTls = target.protocol === 'https:';
  const port = Number(target.port || (isTls ? 443 : 80));
  if (proxy.url.protocol === 'socks5:') return await openSocks({ host: target.hostname, port }, proxy, options);
  const authority = `${target.hostname}:${port}`;
  const send = proxy.url.protocol === 'https:' ? httpsRequest : httpRequest;
  const req = send(proxy.url, {
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    lookup: guardedLookup(options.egress),
    signal: options.signal,
    agent: false,
  });
  req.end();
  const [response, socket] = (await once(req, 'connect')) as [{ statusCode?: number }, Socket];
  if (response.statusCode !== 200) {
    socket.destroy();
    throw new EgressError('transport', `proxy refused the connection (status ${response.statusCode})`);
  }
  return socket;
}

function proxyAuthorization({ username, password }: Proxy): Record<string, string> {
  if (username === undefined || username === '') return {};
  const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  return { 'proxy-authorization': `Basic ${credentials}` };
}
