import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startProxy, startSocksProxy } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { createConnections, readBody, sendRequest, type HttpOptions } from './http.ts';
import { createEgressPolicy } from './policy.ts';

const login = { username: 'pu', password: 'pp' };
const signal = AbortSignal.timeout(20_000);

/** Answers with the host it was asked for. */
async function startServer(): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((req, res) => res.end(req.headers.host));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function get(url: string, options: Partial<HttpOptions>): Promise<string> {
  const egress = createEgressPolicy(['127.0.0.0/8']);
  const response = await sendRequest({ url: new URL(url), headers: {} }, { egress, signal, ...options });
  return (await readBody(response, 1000, signal)).toString();
}

test.each([startProxy, startSocksProxy])('%o carries the request, and looks up its name', async (start) => {
  await using server = await startServer();
  await using proxy = await start({ ...login, route: () => server.host });
  using connections = createConnections();
  const options = { proxy: { url: new URL(proxy.url), ...login }, connections };
  expect(await get('http://only-the-proxy-knows.example/', options)).toBe('only-the-proxy-knows.example');
  expect(proxy.targets).toEqual(['only-the-proxy-knows.example:80']);
});

test('an answer larger than wanted', async () => {
  await using server = await startServer();
  const egress = createEgressPolicy(['127.0.0.0/8']);
  const response = await sendRequest({ url: new URL(`http://${server.host}/`), headers: {} }, { egress, signal });
  await expect(readBody(response, 3, signal)).rejects.toMatchObject({ failure: 'limit' });
});

test('addresses that are not allowed', async () => {
  await using server = await startServer();
  const egress = createEgressPolicy();
  await expect(get(`http://${server.host}/`, { egress })).rejects.toThrow('address not allowed');
  await expect(get(`http://${server.host.replace('127.0.0.1', 'localhost')}/`, { egress })).rejects.toThrow(
    'address not allowed',
  );
});
