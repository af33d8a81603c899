import { createCertificates } from '@sluice/apiserver/certificates';
import { describe, expect, test } from 'vitest';
import { readRegistryAccess, type AccessReader, type AccessSecret, type AccessSpec } from './access.ts';
import type { RegistryAccess } from './registry.ts';

type Secrets = Readonly<Record<string, { readonly type?: string; readonly data: Readonly<Record<string, string>> }>>;

const name = { registry: 'reg.io', repository: 'team/app' };
const configType = 'kubernetes.io/dockerconfigjson';

function config(username: string, key = 'reg.io'): { type: string; data: Record<string, string> } {
  return {
    type: configType,
    data: { '.dockerconfigjson': JSON.stringify({ auths: { [key]: { username, password: 'p' } } }) },
  };
}

function read(
  spec: AccessSpec,
  secrets: Secrets = {},
  accounts: Record<string, string[]> = {},
): Promise<RegistryAccess> {
  const reader: AccessReader = {
    namespace: 'default',
    readSecret: (secret) => Promise.resolve(toSecret(secrets[secret])),
    readPullSecrets: (account) => Promise.resolve(accounts[account]),
  };
  return readRegistryAccess(spec, name, reader);
}

function toSecret(secret: Secrets[string] | undefined): AccessSecret | undefined {
  return secret && { type: secret.type ?? 'Opaque', data: new Map(Object.entries(secret.data)) };
}

describe('credentials', () => {
  // image 14.4-83, 14.4-85, 14.4-90
  test.each([
    [{ secretRef: { name: 'x' } }, {}, {}, 'secrets "x" not found'],
    [{ serviceAccountName: 'sa' }, {}, {}, "serviceaccount 'default/sa' not found"],
    [
      { serviceAccountName: 'sa' },
      {},
      { sa: ['gone'] },
      "failed to get image pull secret for serviceaccount 'default/sa': secret 'default/gone' not found",
    ],
    [
      { secretRef: { name: 'x' } },
      { x: { type: 'Opaque', data: { username: 'u' } } },
      {},
      "secret 'default/x' of type 'Opaque' has no docker config: its type must be 'kubernetes.io/dockerconfigjson' or 'kubernetes.io/dockercfg'",
    ],
    [
      { secretRef: { name: 'x' } },
      { x: { type: configType, data: { '.dockerconfigjson': '{' } } },
      {},
      'malformed docker config',
    ],
  ] satisfies [AccessSpec, Secrets, Record<string, string[]>, string][])(
    '%j with %j, %j',
    async (spec, secrets, accounts, message) => {
      await expect(read(spec, secrets, accounts)).rejects.toThrow(message);
    },
  );

  // image 14.4-85, 14.4-86, 14.4-90
  test.each([
    [{}, {}, undefined],
    [{ serviceAccountName: 'empty' }, {}, undefined],
    [{ secretRef: { name: 'own' } }, { own: config('own') }, 'own'],
    [{ secretRef: { name: 'own' } }, { own: config('own', 'other.io') }, undefined],
    [{ serviceAccountName: 'sa' }, { a: config('a'), b: config('b') }, 'a'],
    [{ serviceAccountName: 'sa' }, { a: { data: {} }, b: config('b') }, 'b'],
    [{ serviceAccountName: 'sa' }, { a: config('a'), b: config('b', 'reg.io/team') }, 'b'],
    [
      { secretRef: { name: 'own' }, serviceAccountName: 'sa' },
      { own: config('own'), a: config('a'), b: config('b') },
      'own',
    ],
    [
      { secretRef: { name: 'old' } },
      {
        old: {
          type: 'kubernetes.io/dockercfg',
          data: { '.dockercfg': '{"reg.io":{"username":"old","password":"p"}}' },
        },
      },
      'old',
    ],
  ] satisfies [AccessSpec, Secrets, string | undefined][])('%j with %j: %s', async (spec, secrets, want) => {
    const access = await read(spec, secrets, { sa: ['a', 'b'], empty: [] });
    expect(access.credentials?.username).toBe(want);
  });
});

describe('certificates', () => {
  const { caPem, admin } = createCertificates({ commonName: 'client' }, new Date());
  const other = createCertificates({ commonName: 'other' }, new Date());
  const spec = { certSecretRef: { name: 'tls' } };

  // image 14.4-80, 14.4-81
  test.each([
    [{ 'tls.crt': admin.certPem }, "secret 'default/tls' contains 'tls.crt' but missing 'tls.key'"],
    [{ 'tls.key': admin.keyPem }, "secret 'default/tls' contains 'tls.key' but missing 'tls.crt'"],
    [{ username: 'u' }, "secret 'default/tls' must contain either 'ca.crt' or both 'tls.crt' and 'tls.key'"],
    [{ 'ca.crt': 'garbage' }, 'failed to parse CA certificate'],
    [{ 'tls.crt': admin.certPem, 'tls.key': other.admin.keyPem }, 'failed to parse TLS certificate and key: '],
    [{ 'tls.crt': 'x', 'tls.key': 'y' }, 'failed to parse TLS certificate and key: '],
  ] as [Record<string, string>, string][])('with %#', async (data, message) => {
    await expect(read(spec, { tls: { data } })).rejects.toThrow(message);
  });

  test('a Secret that is not there', async () => {
    await expect(read(spec)).rejects.toThrow("secret 'default/tls' not found");
  });

  // image 14.4-79, 14.4-80, 14.4-82
  test('under the names of today and of old, also in the Secret of the docker config', async () => {
    const pair = { cert: admin.certPem, key: admin.keyPem };
    const today = { 'ca.crt': caPem, 'tls.crt': pair.cert, 'tls.key': pair.key };
    expect((await read(spec, { tls: { data: today } })).tls).toEqual({ ca: caPem, ...pair });
    const old = { caFile: caPem, certFile: pair.cert, keyFile: pair.key };
    expect((await read(spec, { tls: { data: old } })).tls).toEqual({ ca: caPem, ...pair });
    const { type, data } = config('u');
    const both = await read(
      { ...spec, secretRef: { name: 'tls' } },
      { tls: { type, data: { ...data, 'ca.crt': caPem } } },
    );
    expect(both).toMatchObject({ tls: { ca: caPem }, credentials: { username: 'u' } });
  });
});

describe('proxy', () => {
  const spec = { proxySecretRef: { name: 'proxy' } };
  const at = "secret 'default/proxy'";

  // image 14.4-84
  test.each([
    [{}, `${at}: key 'address' not found`],
    [{ address: '' }, `${at}: proxy address is empty`],
    [{ address: 'ftp://p' }, `${at}: proxy URL must use one of the supported schemes (http, https, socks5), got 'ftp'`],
    [{ address: `http://p/${'x'.repeat(2040)}` }, `${at}: proxy URL exceeds maximum length of 2048 characters`],
    [{ address: 'proxy' }, `${at}: proxy URL cannot be parsed`],
  ] as [Record<string, string>, string][])('with %.60j', async (data, message) => {
    await expect(read(spec, { proxy: { data } })).rejects.toThrow(message);
  });

  test('a Secret that is not there', async () => {
    await expect(read(spec)).rejects.toThrow("secret 'default/proxy' not found");
  });

  test('credentials beside the address, or in it', async () => {
    const beside = await read(spec, { proxy: { data: { address: 'http://p:3128', username: 'u', password: 's' } } });
    expect(beside.proxy).toEqual({ url: new URL('http://p:3128'), username: 'u', password: 's' });
    const within = await read(spec, { proxy: { data: { address: 'socks5://u%40:s@p:1080' } } });
    expect(within.proxy).toEqual({ url: new URL('socks5://p:1080'), username: 'u@', password: 's' });
  });

  test('is read before all else', async () => {
    const all = { ...spec, certSecretRef: { name: 'gone' }, secretRef: { name: 'gone' }, serviceAccountName: 'gone' };
    await expect(read(all)).rejects.toThrow("secret 'default/proxy' not found");
  });
});
