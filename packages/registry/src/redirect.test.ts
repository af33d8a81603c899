import { registryLogin, startRegistry, type TestRegistryRequest } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { createCertificates } from '@sluice/apiserver/certificates';
import { answer, failureOf, isRegistryMissing, startRig } from './test/rig.ts';

const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest'];
const isTags = ({ path }: TestRegistryRequest): boolean => path.includes('/tags/list');

describe.skipIf(isRegistryMissing)('redirects (docker-registry is not installed)', () => {
  // image 14.4-96, security S-OCI-02
  test('to another host carry no credentials', async () => {
    await using other = await startRegistry();
    await other.push('team/app', 'moved');
    const location = `${other.url.replace('127.0.0.1', 'localhost')}/v2/team/app/tags/list`;
    await using rig = await startRig({
      auth: 'basic',
      fail: (request) => (isTags(request) ? answer(307, { location }) : undefined),
    });
    expect(await rig.tags({ credentials: registryLogin })).toEqual(['moved']);
    expect(rig.server.requests.find(isTags)?.headers.authorization).toMatch(/^Basic /);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('to the same host keep them', async () => {
    await using rig = await startRig({
      auth: 'basic',
      fail: ({ path }) =>
        path.includes('n=1000') ? answer(301, { location: path.replace('n=1000', 'n=999') }) : undefined,
    });
    expect(await rig.tags({ credentials: registryLogin })).toEqual(all);
  });

  // spec §3.4
  test.each(['http://127.0.0.1:1/', 'http://10.0.0.1/', 'http://[::1]:1/', 'http://169.254.169.254/latest'])(
    'to %s',
    async (location) => {
      await using rig = await startRig({
        fail: (request) => (isTags(request) ? answer(302, { location }) : undefined),
      });
      const error = await failureOf(rig.tags());
      expect(error.message).toMatch(/: redirect to a private address refused$/);
      expect(error.failure).toBe('refused');
    },
  );

  test.each(['ftp://example.com/', 'file:///etc/passwd', 'http://'])('to %s, which is no place', async (location) => {
    await using rig = await startRig({ fail: (request) => (isTags(request) ? answer(302, { location }) : undefined) });
    expect((await failureOf(rig.tags())).message).toMatch(/: redirect to an unusable address$/);
  });

  test('without end', async () => {
    await using rig = await startRig({
      fail: ({ path }) => (path === '/v2/' ? undefined : answer(302, { location: path })),
    });
    expect((await failureOf(rig.tags())).message).toMatch(/: too many redirects$/);
    expect(rig.server.requests.filter(isTags)).toHaveLength(6);
  });

  // security 0.3: never from https to http
  test('from https to http', async () => {
    const { server: tls, caPem: ca } = createCertificates({ commonName: 'client' }, new Date());
    await using rig = await startRig({
      tls,
      fail: (request) => (isTags(request) ? answer(302, { location: `http://${request.headers.host}/` }) : undefined),
    });
    expect((await failureOf(rig.tags({ tls: { ca } }))).message).toMatch(/: insecure redirect refused$/);
  });

  // image 14.4-63: over https, tokens come over https
  test('a realm over http at a registry with TLS', async () => {
    const { server: tls, caPem: ca } = createCertificates({ commonName: 'client' }, new Date());
    await using rig = await startRig({
      tls,
      auth: { username: 'u', password: 'p', realm: 'http://localhost:1/token' },
    });
    const error = await failureOf(rig.tags({ tls: { ca }, credentials: registryLogin }));
    expect(error.message).toBe("token realm 'http://localhost:1/token' refused: it is not https");
  });
});
