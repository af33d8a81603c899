import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { guardedLookup } from './policy.ts';
import { EgressError } from './error.ts';
import type { HttpOptions } from './http.ts';
import type { Proxy } from './proxy.ts';

const version = 5;
const methods = { none: 0, password: 2 } as const;
const addressLengths: Readonly<Record<number, number>> = { 1: 4, 4: 16 };

/**
 * A socket to `host:port` through a SOCKS5 proxy, which also resolves the name.
 * @throws EgressError `transport`
 * @see RFC 1928 and RFC 1929
 */
export async function openSocks(
  { host, port }: { host: string; port: number },
  proxy: Proxy,
  { egress, signal }: Pick<HttpOptions, 'egress' | 'signal'>,
): Promise<Socket> {
  const socket = connect({
    host: proxy.url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.url.port || 1080),
    lookup: guardedLookup(egress),
  });
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await once(socket, 'connect', { signal });
    await handshake(socket, proxy);
    await request(socket, host, port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function handshake(socket: Socket, { username = '', password = '' }: Proxy): Promise<void> {
  const wanted = username === '' ? methods.none : methods.password;
  socket.write(Buffer.of(version, 1, wanted));
  const [, method] = await read(socket, 2);
  if (method !== wanted) throw refused('it asks for another kind of login');
  if (method === methods.none) return;
  const user = Buffer.from(username);
  const secret = Buffer.from(password);
  if (user.length > 255 || secret.length > 255) throw refused('user or password is too long');
  socket.write(Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(secret.length), secret]));
  const [, status] = await read(socket, 2);
  if (status !== 0) throw refused('wrong user or password');
}

async function request(socket: Socket, host: string, port: number): Promise<void> {
  const name = Buffer.from(host.replace(/^\[|\]$/g, ''));
  if (name.length > 255) throw refused('the host name is too long');
  const target = Buffer.alloc(2);
  target.writeUInt16BE(port);
  const address =
    isIP(host) === 4
      ? Buffer.from([1, ...host.split('.').map(Number)])
      : Buffer.concat([Buffer.of(3, name.length), name]);
  socket.write(Buffer.concat([Buffer.of(version, 1, 0), address, target]));
  const [, status = 1, , type = 0] = await read(socket, 4);
  if (status !== 0) throw refused(`status ${status}`);
  const length = type === 3 ? (await read(socket, 1))[0] : addressLengths[type];
  if (length === undefined) throw refused('malformed answer');
  await read(socket, length + 2);
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    // The type is `any`; without an encoding set it is a buffer or null.
    const bytes = socket.read(length) as Buffer | null;
    if (bytes !== null) return bytes;
    if (socket.readableEnded || socket.destroyed) throw refused('it closed the connection');
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
  }
}

function refused(why: string): EgressError {
  return new EgressError('transport', `proxy refused the connection: ${why}`);
}
