import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { ArtifactNotFound } from './errors.ts';
import { fetchArtifact, type FetchOptions } from './fetch.ts';

const body = Buffer.from('the archive');
const digest = digestOf(body);
const retry = { attempts: 3, minDelayMs: 1, maxDelayMs: 4 };

async function serve(handler: RequestListener): Promise<AsyncDisposable & { url: string; host: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/gitrepository/a/b/c.tar.gz`,
    host,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fetchFrom(url: string, options: Partial<FetchOptions> & { digest?: string } = {}): Promise<Uint8Array> {
  const { digest: wanted = digest, ...rest } = options;
  return fetchArtifact({ url, digest: wanted }, { signal: AbortSignal.timeout(10_000), retry, ...rest });
}

test('downloads and verifies', async () => {
  await using server = await serve((_req, res) => res.end(body));
  expect(Buffer.from(await fetchFrom(server.url))).toEqual(body);
});

test('asks again after 503, 429 and a broken connection', async () => {
  let count = 0;
  await using server = await serve((req, res) => {
    count++;
    if (count === 1) return void res.writeHead(503, { 'retry-after': '0' }).end();
    if (count === 2) return void res.writeHead(429).end();
    if (count === 3) return void req.socket.destroy();
    res.end(body);
  });
  expect(Buffer.from(await fetchFrom(server.url))).toEqual(body);
  expect(count).toBe(4);
});

test('gives up after the last attempt', async () => {
  let count = 0;
  await using server = await serve((_req, res) => {
    count++;
    res.writeHead(500).end();
  });
  await expect(fetchFrom(server.url)).rejects.toThrow('failed to download archive: giving up after status 500');
  expect(count).toBe(4);
});

test('404 is its own class and not asked again', async () => {
  let count = 0;
  await using server = await serve((_req, res) => {
    count++;
    res.writeHead(404).end();
  });
  await expect(fetchFrom(server.url)).rejects.toBeInstanceOf(ArtifactNotFound);
  expect(count).toBe(1);
});

test.each([403, 302])('status %d ends it, no redirect is followed', async (status) => {
  await using server = await serve((_req, res) => res.writeHead(status, { location: 'http://127.0.0.1:1/' }).end());
  await expect(fetchFrom(server.url)).rejects.toThrow(
    `failed to download archive from ${server.url} (status: ${status} `,
  );
});

test.each([
  ['', 'failed to verify archive: empty digest'],
  ['md5:00', "failed to verify archive: failed to parse digest 'md5:00': unsupported digest algorithm"],
  [`sha256:${'0'.repeat(64)}`, "failed to verify archive: computed digest doesn't match provided 'sha256:0"],
])('refuses bytes by digest %j', async (wanted, message) => {
  await using server = await serve((_req, res) => res.end(body));
  await expect(fetchFrom(server.url, { digest: wanted })).rejects.toThrow(message);
});

test('takes another look when the digest is wrong', async () => {
  let count = 0;
  await using server = await serve((_req, res) => res.end(++count === 1 ? 'half' : body));
  expect(Buffer.from(await fetchFrom(server.url))).toEqual(body);
});

test('replaces the host, port included', async () => {
  await using server = await serve((req, res) => res.end(req.url === '/gitrepository/x.tar.gz' ? body : 'wrong'));
  const url = 'http://source-controller.ns.svc.cluster.local.:8080/gitrepository/x.tar.gz';
  expect(Buffer.from(await fetchFrom(url, { localHost: server.host }))).toEqual(body);
});

test('stops at maxBytes', async () => {
  await using server = await serve((_req, res) => res.end(body));
  await expect(fetchFrom(server.url, { maxBytes: 5 })).rejects.toThrow('it is larger than 5 bytes');
});

// security case 71
test('asks only allowed origins', async () => {
  let asked = false;
  await using server = await serve((_req, res) => {
    asked = true;
    res.end(body);
  });
  await expect(fetchFrom(server.url, { origins: ['http://source-controller'] })).rejects.toThrow(
    'artifact origin not allowed',
  );
  expect(asked).toBe(false);
});

test('ends when aborted, with the reason', async () => {
  await using server = await serve(() => {});
  await expect(fetchFrom(server.url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
