import { registryLogin, type TestRegistryRequest } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { answer, failureOf, image, isRegistryMissing, startRig } from './test/rig.ts';

const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest'];
const login = { username: 'u', password: 'password-of-u' };
const credentials = login;
const isPing = ({ path }: TestRegistryRequest): boolean => path === '/v2/';
const isToken = ({ path }: TestRegistryRequest): boolean => path.startsWith('/token');
const isTags = ({ path }: TestRegistryRequest): boolean => path.includes('/tags/list');

describe.skipIf(isRegistryMissing)('authentication (docker-registry is not installed)', () => {
  // image 14.4-57
  test('none', async () => {
    await using rig = await startRig();
    expect(await rig.tags()).toEqual(all);
    expect(rig.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    expect(rig.server.requests.map(({ headers }) => headers['user-agent'])).toEqual(['sluice', 'sluice']);
  });

  test('one connection serves ping, token, pages and digest', async () => {
    await using rig = await startRig({ auth: { ...login, maxUses: 2 }, pageSize: 2 });
    const repository = rig.client.repository({ registry: rig.server.host, repository: image }, { credentials });
    const signal = AbortSignal.timeout(10_000);
    await repository.tags(signal);
    await repository.digest('latest', signal);
    expect(rig.asked().length).toBeGreaterThan(6);
    expect(new Set(rig.server.requests.map(({ remotePort }) => remotePort)).size).toBe(1);
  });

  // image 14.4-58
  test('basic', async () => {
    await using rig = await startRig({ auth: 'basic', pageSize: 2 });
    expect(await rig.tags({ credentials: registryLogin })).toEqual(all);
    const wanted = `Basic ${Buffer.from(`${registryLogin.username}:${registryLogin.password}`).toString('base64')}`;
    expect(rig.server.requests.filter(isTags).map(({ headers }) => headers.authorization)).toEqual([
      wanted,
      wanted,
      wanted,
    ]);
    expect(await rig.tags({ credentials: { auth: wanted.slice('Basic '.length) } })).toEqual(all);
    const before = rig.asked().length;
    const anonymous = await failureOf(rig.tags());
    expect(anonymous.message).toMatch(
      /^GET http:\/\/127\S+\/v2\/team\/app\/tags\/list\?n=1000: UNAUTHORIZED: authentication required/,
    );
    expect(anonymous).toMatchObject({ failure: 'auth', retry: 'backoff', status: 401 });
    expect(rig.asked().slice(before)).toEqual(['GET /v2/', 'GET /v2/team/app/tags/list?n=1000']);
    const wrong = await failureOf(rig.tags({ credentials: { username: 'robot', password: 'wrong-password' } }));
    expect(wrong.message).toMatch(/UNAUTHORIZED/);
    expect(wrong.message).not.toMatch(/wrong-password/);
  });

  // image 14.4-59
  test('a token serves all pages', async () => {
    await using rig = await startRig({ auth: login, pageSize: 2 });
    expect(await rig.tags({ credentials })).toEqual(all);
    expect(rig.asked()).toEqual([
      'GET /v2/',
      `GET /token?scope=${encodeURIComponent(`repository:${image}:pull`)}&service=test-registry`,
      'GET /v2/team/app/tags/list?n=1000',
      'GET /v2/team/app/tags/list?last=1.1.0&n=2',
      'GET /v2/team/app/tags/list?last=1.3.0&n=2',
    ]);
    const sent = rig.server.requests.filter(isTags).map(({ headers }) => headers.authorization);
    expect(new Set(sent).size).toBe(1);
    expect(sent[0]).toMatch(/^Bearer \w+$/);
  });

  // image D25
  test('a token serves all with the same credentials, and no one else', async () => {
    await using rig = await startRig({ auth: login });
    await rig.tags({ credentials });
    await rig.tags({ credentials: { ...credentials } });
    expect(rig.server.requests.filter(isToken)).toHaveLength(1);
    for (const other of [{}, { username: 'u', password: 'wrong-password' }]) {
      const error = await failureOf(rig.tags({ credentials: other }));
      expect(error.message).toMatch(/^GET http:\S+\/token\?\S+: unexpected status code 401 Unauthorized: /);
      expect(error.failure).toBe('auth');
    }
    expect(rig.server.requests.filter(isToken)).toHaveLength(3);
  });

  // image 14.4-60, 14.4-64: at the registry's own loopback address
  test('a realm with a query keeps it', async () => {
    await using rig = await startRig({
      auth: login,
      fail: ({ path, headers }) =>
        path === '/v2/'
          ? answer(401, {
              'www-authenticate': `Bearer realm="http://${headers.host}/token?a=b",service="test-registry"`,
            })
          : undefined,
    });
    expect(await rig.tags({ credentials })).toEqual(all);
    expect(rig.server.requests.find(isToken)?.path).toMatch(/^\/token\?a=b&scope=\S+&service=test-registry$/);
  });

  // image 14.4-61
  test.each([[['token']], [['access_token']], [['token', 'access_token']]] as const)(
    'token in %j',
    async (answerKeys) => {
      await using rig = await startRig({ auth: { ...login, answerKeys } });
      expect(await rig.tags({ credentials })).toEqual(all);
    },
  );

  // image 14.4-61, limits: 64 KiB of answer
  test.each([
    ['{}', 'no token in bearer response'],
    ['not json', 'no token in bearer response'],
    [`{"token": "line\\nbreak"}`, 'malformed token in bearer response'],
    [`{"token": "${'x'.repeat(70_000)}"}`, 'the answer is larger than 65536 bytes'],
  ])('a token answer %.20s', async (body, message) => {
    await using rig = await startRig({
      auth: login,
      fail: (request) => (isToken(request) ? answer(200, {}, body) : undefined),
    });
    expect((await failureOf(rig.tags({ credentials }))).message).toContain(message);
    expect(rig.server.requests.some(isTags)).toBe(false);
  });

  // image 14.4-62, 14.4-63, security S-OCI-01: no request, no credentials
  test.each([
    ['Bearer service="x"', 'malformed www-authenticate, missing realm'],
    ['Bearer realm="/token"', 'malformed www-authenticate, realm is no address'],
    ['Bearer realm="file:///etc/passwd"', "token realm 'file:///etc/passwd' refused: it is not https"],
    ['Bearer realm="http://169.254.169.254/token"', 'refused: it is a private address'],
    ['Bearer realm="https://10.0.0.1/token"', 'refused: it is a private address'],
    ['Bearer realm="http://127.0.0.1:1/token"', 'refused: it is a private address'],
    ['Bearer realm="http://[::ffff:127.0.0.1]/token"', 'refused: it is a private address'],
    ['Negotiate', 'unrecognized challenge: negotiate'],
  ])('the challenge %s', async (header, message) => {
    await using rig = await startRig({
      fail: (request) => (isPing(request) ? answer(401, { 'www-authenticate': header }) : undefined),
    });
    expect((await failureOf(rig.tags({ credentials }))).message).toContain(message);
    expect(rig.asked()).toEqual(['GET /v2/']);
  });

  // image 14.4-63: the same by redirect
  test.each(['http://169.254.169.254/token', 'http://127.0.0.1:1/token', 'http://10.1.2.3/'])(
    'a token redirect to %s',
    async (location) => {
      await using rig = await startRig({
        auth: login,
        fail: (request) => (isToken(request) ? answer(307, { location }) : undefined),
      });
      expect(await failureOf(rig.tags({ credentials }))).toMatchObject({ failure: 'refused' });
      expect(rig.server.requests.filter(isToken)).toHaveLength(1);
    },
  );

  // image 14.4-65
  test.each([
    ['Negotiate, BEARER realm="http://HOST/token",service="test-registry", Basic realm="x"'],
    [['Negotiate abc==', 'bearer realm="http://HOST/token", service=test-registry', 'Basic realm="x"']],
  ])('several challenges: %j', async (header) => {
    await using rig = await startRig({
      auth: login,
      fail: (request) => {
        const put = (text: string): string => text.replace('HOST', request.headers.host ?? '');
        const value = typeof header === 'string' ? put(header) : header.map(put);
        return isPing(request) ? answer(401, { 'www-authenticate': value }) : undefined;
      },
    });
    expect(await rig.tags({ credentials })).toEqual(all);
  });

  // image 14.4-66
  test('an identity token is exchanged, a registry token sent', async () => {
    await using rig = await startRig({ auth: { ...login, identityToken: 'identity-of-u' } });
    expect(await rig.tags({ credentials: { identityToken: 'identity-of-u' } })).toEqual(all);
    const [exchange] = rig.server.requests.filter(isToken);
    expect(exchange?.method).toBe('POST');
    expect(exchange?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(exchange?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'identity-of-u',
      client_id: 'sluice',
      scope: 'repository:team/app:pull',
      service: 'test-registry',
    });
    const token = rig.server.requests.find(isTags)?.headers.authorization?.slice('Bearer '.length) ?? '';
    const before = rig.asked().length;
    expect(await rig.tags({ credentials: { registryToken: token } })).toEqual(all);
    expect(rig.asked().slice(before)).toEqual(['GET /v2/', 'GET /v2/team/app/tags/list?n=1000']);
    const wrong = await failureOf(rig.tags({ credentials: { identityToken: 'wrong-identity' } }));
    expect(wrong.message).toContain('401 Unauthorized');
    expect(wrong.message).not.toContain('wrong-identity');
  });

  // image 14.4-66: a server without POST
  test('an identity token falls back to the password', async () => {
    await using rig = await startRig({ auth: login });
    expect(await rig.tags({ credentials: { ...login, identityToken: 'identity-of-u' } })).toEqual(all);
    expect(rig.server.requests.filter(isToken).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  // image 14.4-67, security F-REG-05
  test('a token that ends between pages is renewed once', async () => {
    await using rig = await startRig({ auth: { ...login, maxUses: 2 }, pageSize: 2 });
    expect(await rig.tags({ credentials })).toEqual(all);
    expect(rig.server.requests.filter(isToken)).toHaveLength(2);
    expect(rig.server.requests.filter(isTags)).toHaveLength(4);
  });

  test('a registry that never lets in is asked twice', async () => {
    await using rig = await startRig({ auth: { ...login, maxUses: 0 } });
    expect(await failureOf(rig.tags({ credentials }))).toMatchObject({ failure: 'auth', status: 401 });
    expect(rig.server.requests.filter(isToken)).toHaveLength(2);
    expect(rig.server.requests.filter(isTags)).toHaveLength(2);
  });

  test('credentials stay off plain http where that is forbidden', async () => {
    await using rig = await startRig({ auth: 'basic' }, { allowPlainHttp: false });
    const error = await failureOf(rig.tags({ credentials: registryLogin }));
    expect(error.message).toBe('credentials cannot be sent over HTTP');
    expect(rig.asked()).toEqual(['GET /v2/']);
  });

  test('a password with a line break makes no header', async () => {
    await using rig = await startRig({ auth: 'basic' });
    const error = await failureOf(rig.tags({ credentials: { auth: 'secret\r\nx: y' } }));
    expect(error.message).toBe('the credentials have characters that a header cannot hold');
  });
});
