import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy for one user that notes where to it was asked to connect. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  readonly targets: string[];
}

export interface TestProxyOptions {
  readonly username: string;
  readonly password: string;
  /** Where a target is in truth, as `host:port`; so any name can stand for a server of a test. */
  route?(target: string): string;
}

export async function startProxy(options: TestProxyOptions): Promise<TestProxy> {
  const { username, password } = options;
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (req, client: Socket) => {
    client.on('error', () => client.destroy());
    if (req.headers['proxy-authorization'] !== wanted) return void client.end('HTTP/1.1 407 Denied\r\n\r\n');
    targets.push(req.url ?? '');
    const [host = '', port = ''] = (options.route?.(req.url ?? '') ?? req.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** SOCKS5 with a password. */
export async function startSocksProxy(options: TestProxyOptions): Promise<TestProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    serveSocks(client, options, targets).then(
      (upstream) => {
        sockets.add(upstream);
        upstream.on('error', () => client.destroy());
        upstream.pipe(client).pipe(upstream);
      },
      () => client.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One message is one chunk here: the client sends nothing before it has the answer. */
async function serveSocks(client: Socket, options: TestProxyOptions, targets: string[]): Promise<Socket> {
  const { username, password } = options;
  const next = async (): Promise<Buffer> => ((await once(client, 'data')) as [Buffer])[0];
  await next();
  client.write(Buffer.of(5, 2));
  const login = await next();
  const wanted = Buffer.concat([
    Buffer.of(1, username.length),
    Buffer.from(username),
    Buffer.of(password.length),
    Buffer.from(password),
  ]);
  client.write(Buffer.of(1, login.equals(wanted) ? 0 : 1));
  if (!login.equals(wanted)) throw new Error('wrong login');
  const request = await next();
  const host = request[3] === 1 ? [...request.subarray(4, 8)].join('.') : request.subarray(5, -2).toString();
  const port = request.readUInt16BE(request.length - 2);
  targets.push(`${host}:${port}`);
  const [routedHost = '', routedPort = ''] = (options.route?.(`${host}:${port}`) ?? `${host}:${port}`).split(':');
  const upstream = connect(Number(routedPort), routedHost);
  await once(upstream, 'connect');
  client.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
  return upstream;
}
