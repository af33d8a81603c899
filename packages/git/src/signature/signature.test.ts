import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { SignedObject } from '../pack/commit.ts';
import { verifySignature } from './verify.ts';

const run = promisify(execFile);
const payload = Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nmessage\n');

const hasSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;
const hasGpg = spawnSync('gpg', ['--version']).error === undefined;

interface Signer extends AsyncDisposable {
  readonly publicKey: string;
  readonly id: string;
  sign(data: Uint8Array): Promise<string>;
}

async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sig-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sshSigner(type: string, options: { bits?: number; namespace?: string } = {}): Promise<Signer> {
  const dir = await folder();
  const key = join(dir.path, 'key');
  const bits = options.bits === undefined ? [] : ['-b', String(options.bits)];
  await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-C', 'a comment', '-f', key]);
  const { stdout } = await run('ssh-keygen', ['-l', '-f', `${key}.pub`]);
  return {
    publicKey: await readFile(`${key}.pub`, 'utf8'),
    id: stdout.split(' ')[1] ?? '',
    async sign(data) {
      await writeFile(join(dir.path, 'data'), data);
      await rm(join(dir.path, 'data.sig'), { force: true });
      await run('ssh-keygen', ['-Y', 'sign', '-n', options.namespace ?? 'git', '-f', key, join(dir.path, 'data')]);
      return await readFile(join(dir.path, 'data.sig'), 'utf8');
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

async function gpgSigner(options: { hash?: string; expire?: string; fakeTime?: string } = {}): Promise<Signer> {
  const dir = await folder();
  const time = options.fakeTime === undefined ? [] : ['--faked-system-time', options.fakeTime];
  const gpg = (...args: string[]) =>
    run('gpg', [
      '--homedir',
      dir.path,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      ...args,
    ]);
  await gpg(...time, '--quick-gen-key', 'Test <test@example.com>', 'ed25519', 'sign', options.expire ?? 'never');
  const { stdout: listed } = await gpg('--list-keys', '--with-colons');
  return {
    publicKey: (await gpg('--armor', '--export')).stdout,
    id: /^pub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(listed)?.[1] ?? '',
    async sign(data) {
      await writeFile(join(dir.path, 'data'), data);
      const hash = options.hash === undefined ? [] : ['--digest-algo', options.hash];
      const out = join(dir.path, 'data.asc');
      await gpg(...time, ...hash, '--yes', '--armor', '--detach-sign', '-o', out, join(dir.path, 'data'));
      return await readFile(out, 'utf8');
    },
    async [Symbol.asyncDispose]() {
      await run('gpgconf', ['--homedir', dir.path, '--kill', 'gpg-agent']).catch(() => {});
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function signed(signer: Signer, data: Uint8Array = payload): Promise<SignedObject> {
  return { payload: data, signature: await signer.sign(data) };
}

describe.skipIf(!hasSsh)('ssh', () => {
  // source 20.8-126
  test.each([
    ['ed25519', undefined],
    ['ecdsa', 256],
    ['ecdsa', 384],
    ['ecdsa', 521],
    ['rsa', 2048],
  ])('%s %s', async (type, bits) => {
    await using signer = await sshSigner(type, bits === undefined ? {} : { bits });
    await using other = await sshSigner('ed25519');
    const object = await signed(signer);
    const keys = { 'a.sshpub': `# a comment\n\n${other.publicKey}\ncert-authority ${signer.publicKey}` };
    expect(await verifySignature(object, keys)).toBe(signer.id);
    // source 20.8-129
    await expect(verifySignature(object, { 'a.sshpub': other.publicKey })).rejects.toThrow(
      'unable to verify payload with any of the given authorized keys: no matching key',
    );
    await expect(verifySignature({ ...object, payload: Buffer.from('other') }, keys)).rejects.toThrow(
      'no matching key',
    );
  });

  test('another namespace', async () => {
    await using signer = await sshSigner('ed25519', { namespace: 'file' });
    await expect(verifySignature(await signed(signer), { 'a.sshpub': signer.publicKey })).rejects.toThrow('malformed');
  });

  test('malformed keys count only when there is no other', async () => {
    await using signer = await sshSigner('ed25519');
    const object = await signed(signer);
    const bad = { 'bad.sshpub': `${signer.publicKey}\nnonsense` };
    await expect(verifySignature(object, bad)).rejects.toThrow(
      'unable to parse authorized keys: a line holds no public key',
    );
    expect(await verifySignature(object, { ...bad, 'good.sshpub': signer.publicKey })).toBe(signer.id);
  });

  // source 20.8-128
  test('without keys of its kind', async () => {
    await using signer = await sshSigner('ed25519');
    await expect(verifySignature(await signed(signer), { 'a.asc': 'x' })).rejects.toThrow(
      'SSH signature detected but no SSH public keys found in secret (keys with .sshpub suffix)',
    );
  });
});

describe.skipIf(!hasGpg)('pgp', () => {
  // source 20.8-125, 20.8-129
  test('right and wrong keys', async () => {
    await using signer = await gpgSigner();
    await using other = await gpgSigner();
    const object = await signed(signer);
    expect(signer.id).toMatch(/^[0-9A-F]{16}$/);
    expect(await verifySignature(object, { 'other.asc': other.publicKey, 'no-suffix': signer.publicKey })).toBe(
      signer.id,
    );
    await expect(verifySignature(object, { 'other.asc': other.publicKey })).rejects.toThrow(
      'unable to verify payload with any of the given key rings: no matching key',
    );
    await expect(
      verifySignature({ ...object, payload: Buffer.from('other') }, { 'a.asc': signer.publicKey }),
    ).rejects.toThrow('no matching key');
    // One ring that cannot be read does not stand in the way of another.
    expect(await verifySignature(object, { 'bad.asc': 'nonsense', 'good.asc': signer.publicKey })).toBe(signer.id);
    await expect(verifySignature(object, { 'bad.asc': 'nonsense' })).rejects.toThrow('unable to read armored key ring');
  });

  // security case 26
  test('SHA-1 is refused; a key that has expired since it signed is not', async () => {
    await using weak = await gpgSigner({ hash: 'SHA1' });
    await expect(verifySignature(await signed(weak), { 'a.asc': weak.publicKey })).rejects.toThrow('no matching key');
    await using past = await gpgSigner({ expire: '1d', fakeTime: '20200101T000000' });
    expect(await verifySignature(await signed(past), { 'a.asc': past.publicKey })).toBe(past.id);
  });

  test('without keys of its kind', async () => {
    await using signer = await gpgSigner();
    await expect(verifySignature(await signed(signer), { 'a.sshpub': 'x' })).rejects.toThrow(
      'PGP signature detected but no PGP public keys found in secret (keys with .asc suffix)',
    );
  });
});

// source 20.8-127, 20.8-137
test.each([
  ['', 'unsupported signature type: empty'],
  ['-----BEGIN SIGNED MESSAGE-----\nx', 'unsupported signature type: x509'],
  ['nonsense', 'unsupported signature type: unknown'],
])('signature %j', async (signature, message) => {
  await expect(verifySignature({ payload, signature }, { 'a.asc': 'x' })).rejects.toThrow(message);
});
