import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy that makes tunnels for one user and notes where to. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  readonly targets: string[];
}

export async function startProxy({ username, password }: { username: string; password: string }): Promise<TestProxy> {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (req, client: Socket) => {
    client.on('error', () => client.destroy());
    if (req.headers['proxy-authorization'] !== wanted) return void client.end('HTTP/1.1 407 Denied\r\n\r\n');
    targets.push(req.url ?? '');
    const [host = '', port = ''] = (req.url ?? '').split(':');
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
