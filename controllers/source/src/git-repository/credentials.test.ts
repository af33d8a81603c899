import { createCertificates } from '@sluice/apiserver/certificates';
import { startProxy, startSocksProxy } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { condition } from '../test/condition.ts';
import { startRig } from '../test/rig.ts';

describe('credentials', () => {
  const auth = { type: 'basic', username: 'u', password: 'secret-password' } as const;

  // source 20.7-110, 20.7-111, 20.7-114, 20.7-124
  test('basic', async () => {
    await using rig = await startRig({ auth });
    await using _controller = await rig.startController();
    const repo = await rig.createRepo();
    await repo.commit({ a: '1' });
    await rig.create('app', { secretRef: { name: 'creds' } });
    const fails = (text: string) =>
      rig.until('app', (current) => condition(current, 'FetchFailed')?.includes(text) === true);
    const missing =
      "failed to get secret 'default/creds': failed to get secret 'default/creds': secrets \"creds\" not found";
    expect(condition(await fails('not found'), 'FetchFailed')).toBe(`True AuthenticationFailed: ${missing}`);
    await rig.secret('creds', { password: 'x' });
    const lonely =
      "failed to configure authentication options: invalid 'https' auth option: 'password' requires 'username' to be set";
    expect(condition(await fails('requires'), 'FetchFailed')).toBe(`True AuthenticationFailed: ${lonely}`);
    await rig.secret('creds', { username: 'u', password: 'wrong' });
    expect(condition(await fails('authentication required'), 'FetchFailed')).toMatch(/^True GitOperationFailed: /);
    await rig.secret('creds', { username: auth.username, password: auth.password });
    await rig.ready('app');
  });

  // source 20.7-112, 20.7-113
  test('bearer wins over basic', async () => {
    await using rig = await startRig({ auth: { type: 'bearer', token: 'tok' } });
    await using _controller = await rig.startController();
    await (await rig.createRepo()).commit({ a: '1' });
    await rig.secret('creds', { bearerToken: 'tok', username: 'u', password: 'p' });
    const withUser = `${rig.git.url.replace('//', '//user:hidden@')}/app.git`;
    await rig.create('app', { secretRef: { name: 'creds' }, url: withUser });
    const failed = await rig.until('app', (current) => condition(current, 'FetchFailed') !== undefined);
    expect(condition(failed, 'FetchFailed')).toMatch(
      /^True GitOperationFailed: .*basic auth and bearer token cannot be set at the same time$/,
    );
    expect(JSON.stringify(failed.status)).not.toContain('hidden');
    await rig.patch('app', { spec: { url: `${rig.git.url}/app.git` } });
    await rig.ready('app');
  });

  // source 20.7-121
  test('proxy secrets', async () => {
    await using rig = await startRig();
    await using _controller = await rig.startController();
    await (await rig.createRepo()).commit({ a: '1' });
    await rig.create('app', { proxySecretRef: { name: 'proxy' } });
    const fails = (text: string) =>
      rig.until('app', (current) => condition(current, 'FetchFailed')?.includes(text) === true);
    const prefix = 'True AuthenticationFailed: failed to configure proxy options: ';
    expect(condition(await fails('not found'), 'FetchFailed')).toContain(prefix);
    await rig.secret('proxy', { username: 'u' });
    expect(condition(await fails("key 'address'"), 'FetchFailed')).toBe(
      `${prefix}secret 'default/proxy': key 'address' not found`,
    );
    await rig.secret('proxy', { address: 'ftp://proxy' });
    expect(condition(await fails('ftp'), 'FetchFailed')).toBe(
      `${prefix}proxy URL must use one of the supported schemes (http, https, socks5), got 'ftp'`,
    );
    await using proxy = await startProxy({ username: 'pu', password: 'pp' });
    await rig.secret('proxy', { address: proxy.url, username: 'pu', password: 'pp' });
    await rig.ready('app');
    const { host } = new URL(rig.git.url);
    expect(proxy.targets).toContain(host);
    await using socks = await startSocksProxy({ username: 'pu', password: 'pp' });
    await rig.secret('proxy', { address: socks.url, username: 'pu', password: 'wrong' });
    await rig.reconcile('app');
    await fails('proxy refused the connection: wrong user or password');
    await rig.secret('proxy', { address: socks.url, username: 'pu', password: 'pp' });
    await rig.ready('app');
    expect(socks.targets).toContain(host);
  });

  // source 20.7-115, 20.7-116
  test('certificates', async () => {
    const { caPem, server, admin } = createCertificates({ commonName: 'git-client' }, new Date());
    const other = createCertificates({ commonName: 'other' }, new Date());
    await using rig = await startRig({ tls: { ...server, clientCaPem: caPem } });
    await using _controller = await rig.startController();
    await (await rig.createRepo()).commit({ a: '1' });
    await rig.create('app', { secretRef: { name: 'tls' } });
    const fails = (text: string) =>
      rig.until('app', (current) => condition(current, 'FetchFailed')?.includes(text) === true);
    await rig.secret('tls', { username: 'x', password: 'y' });
    await fails('x509: certificate signed by unknown authority');
    await rig.secret('tls', { 'ca.crt': 'nonsense' });
    await fails('AuthenticationFailed: failed to parse CA certificate');
    await rig.secret('tls', { 'ca.crt': caPem, 'tls.crt': admin.certPem });
    await fails("secret 'default/tls' contains 'tls.crt' but missing 'tls.key'");
    await rig.secret('tls', { 'ca.crt': caPem, 'tls.crt': admin.certPem, 'tls.key': other.admin.keyPem });
    await fails('failed to parse TLS certificate and key: ');
    await rig.secret('tls', { 'ca.crt': caPem });
    await fails('GitOperationFailed');
    expect(rig.gitLog).toEqual([]);
    // The names of old count only where the new ones are missing.
    await rig.secret('tls', { 'ca.crt': caPem, caFile: other.caPem, certFile: admin.certPem, keyFile: admin.keyPem });
    await rig.ready('app');
  });

  // security case 17
  test('a redirect to http', async () => {
    const { caPem, server } = createCertificates({ commonName: 'git-client' }, new Date());
    const location = 'http://127.0.0.1:1/app.git/info/refs?service=git-upload-pack';
    await using rig = await startRig({
      tls: server,
      fail: () => ({ type: 'answer', status: 301, headers: { location } }),
    });
    await using _controller = await rig.startController();
    await rig.secret('tls', { 'ca.crt': caPem });
    await rig.create('app', { secretRef: { name: 'tls' } });
    const failed = await rig.until('app', (current) => condition(current, 'FetchFailed') !== undefined);
    expect(condition(failed, 'FetchFailed')).toMatch(/^True GitOperationFailed: .*: insecure redirect refused$/);
  });
});
