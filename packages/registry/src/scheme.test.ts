import { createCertificates } from '@sluice/apiserver/certificates';
import { createEgressPolicy } from '@sluice/egress';
import { startProxy, startSocksProxy, type TestRegistryOptions } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import type { RegistryAccess } from './registry.ts';
import { failureOf, isRegistryMissing, startRig, type Rig } from './test/rig.ts';

const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest'];
const login = { username: 'pu', password: 'pp' };
const now = new Date();

/** A registry that is known under a name through a proxy. */
async function startNamed(
  options: TestRegistryOptions = {},
): Promise<Rig & { access: RegistryAccess; targets: string[] }> {
  await using stack = new AsyncDisposableStack();
  const rig = stack.use(await startRig(options));
  const proxy = stack.use(await startProxy({ ...login, route: () => rig.server.host }));
  const running = stack.move();
  return {
    ...rig,
    access: { proxy: { url: new URL(proxy.url), ...login } },
    targets: proxy.targets,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

describe.skipIf(isRegistryMissing)('http or https (docker-registry is not installed)', () => {
  // image 14.4-77
  test('http near by', async () => {
    await using rig = await startRig();
    expect(await rig.tags()).toEqual(all);
    expect(await rig.tags({}, rig.server.host.replace('127.0.0.1', 'localhost'))).toEqual(all);
  });

  // image 14.4-76
  test('http elsewhere only if told so', async () => {
    await using rig = await startNamed();
    const error = await failureOf(rig.tags(rig.access, 'registry.example:5000'));
    expect(error.message).toMatch(/^GET https:\/\/registry\.example:5000\/v2\/: /);
    expect(error.failure).toBe('transport');
    expect(rig.asked()).toEqual([]);
    expect(await rig.tags({ ...rig.access, insecure: true }, 'registry.example:5000')).toEqual(all);
    expect(new Set(rig.targets)).toEqual(new Set(['registry.example:5000']));
  });

  // image 14.4-78
  test('https if there is, though http is allowed', async () => {
    const { server, caPem: ca } = createCertificates({ commonName: 'client' }, now);
    await using rig = await startRig({ tls: server });
    expect(await rig.tags({ tls: { ca }, insecure: true })).toEqual(all);
  });

  // spec §3.1: both fail
  test('a registry that is not there', async () => {
    await using rig = await startRig();
    const error = await failureOf(rig.tags({}, '127.0.0.1:1'));
    expect(error.message).toBe(
      'GET https://127.0.0.1:1/v2/: connection refused; GET http://127.0.0.1:1/v2/: connection refused',
    );
    expect(error).toMatchObject({ failure: 'transport', retry: 'backoff' });
  });

  test('a failure over http is told before that of TLS', async () => {
    await using rig = await startRig({ fail: () => ({ type: 'answer', status: 403, body: 'go away' }) });
    const error = await failureOf(rig.tags());
    expect(error.message).toMatch(/^GET https:\S+: .*; GET http:\S+: unexpected status code 403 Forbidden: go away$/);
    expect(error).toMatchObject({ failure: 'auth', status: 403 });
  });

  // image 14.4-79
  test("certificates of one's own", async () => {
    const { server, caPem: ca } = createCertificates({ commonName: 'client' }, now);
    await using rig = await startRig({ tls: server });
    const error = await failureOf(rig.tags());
    expect(error.message).toContain('x509: certificate signed by unknown authority');
    expect(rig.asked()).toEqual([]);
    expect(await rig.tags({ tls: { ca } })).toEqual(all);
    // The trust of one does not rub off on another.
    expect((await failureOf(rig.tags())).message).toContain('x509: certificate signed by unknown authority');
  });

  // image 14.4-80
  test('a client certificate', async () => {
    const { server, caPem: ca, admin } = createCertificates({ commonName: 'client' }, now);
    await using rig = await startRig({ tls: { ...server, clientCaPem: ca } });
    expect((await failureOf(rig.tags({ tls: { ca } }))).failure).toBe('transport');
    expect(await rig.tags({ tls: { ca, cert: admin.certPem, key: admin.keyPem } })).toEqual(all);
    expect((await failureOf(rig.tags({ tls: { ca } }))).failure).toBe('transport');
  });

  // image 14.4-84
  test('proxies', async () => {
    await using rig = await startRig();
    await using proxy = await startProxy(login);
    expect(await rig.tags({ proxy: { url: new URL(proxy.url), ...login } })).toEqual(all);
    expect(new Set(proxy.targets)).toEqual(new Set([rig.server.host]));
    expect(rig.server.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
    await using socks = await startSocksProxy(login);
    expect(await rig.tags({ proxy: { url: new URL(socks.url), ...login } })).toEqual(all);
    expect(new Set(socks.targets)).toEqual(new Set([rig.server.host]));
    const refused = await failureOf(rig.tags({ proxy: { url: new URL(proxy.url), username: 'pu', password: 'no' } }));
    expect(refused.message).toMatch(/proxy refused the connection \(status 407\)/);
  });

  test('TLS through proxies', async () => {
    const { server, caPem: ca } = createCertificates({ commonName: 'client' }, now);
    await using rig = await startRig({ tls: server });
    for (const start of [startProxy, startSocksProxy]) {
      await using proxy = await start(login);
      expect(await rig.tags({ tls: { ca }, proxy: { url: new URL(proxy.url), ...login } })).toEqual(all);
      const trustless = await failureOf(rig.tags({ proxy: { url: new URL(proxy.url), ...login } }));
      expect(trustless.message).toContain('x509: certificate signed by unknown authority');
    }
  });

  // image 14.4-84: that of the access comes before that of the environment
  test('the proxy of the environment', async () => {
    await using environment = await startProxy(login);
    await using own = await startProxy(login);
    const proxyOf = ({ url }: { url: string }) => ({ url: new URL(url), ...login });
    await using rig = await startRig({}, { proxyFor: () => proxyOf(environment) });
    await rig.tags({ proxy: proxyOf(own) });
    expect(environment.targets).toEqual([]);
    expect(own.targets).not.toEqual([]);
    await rig.tags();
    expect(environment.targets).not.toEqual([]);
  });

  // security S-GIT-06 for registries
  test.each(['127.0.0.1:5000', 'localhost:5000', '169.254.169.254', '[::ffff:169.254.169.254]:80'])(
    'no way to %s by default',
    async (host) => {
      await using rig = await startRig({}, { egress: createEgressPolicy() });
      expect((await failureOf(rig.tags({ insecure: true }, host))).message).toContain('address not allowed');
    },
  );
});
