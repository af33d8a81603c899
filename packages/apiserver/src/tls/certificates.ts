import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { bitString, boolean, context, integer, octetString, oid, sequence, set, utcTime, utf8String } from './der.ts';

export interface KeyAndCertificate {
  /** PKCS #8. */
  readonly keyPem: string;
  readonly certPem: string;
}

export interface ServerCertificates {
  readonly caPem: string;
  readonly server: KeyAndCertificate;
  readonly admin: KeyAndCertificate;
}

interface Name {
  readonly commonName: string;
  readonly organization?: string;
}

interface Template {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly now: Date;
}

const validityMs = 365 * 24 * 3_600_000;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * A new authority, a server certificate for the loopback addresses, and a client certificate of the given user.
 * The authority's key is forgotten: nothing more can be signed by it.
 */
export function createCertificates(user: Name, now: Date): ServerCertificates {
  const authority = newKeyPair();
  const issuer = { commonName: 'sluice-local-ca' };
  const sign = (subject: Name, publicKey: KeyObject, extensions: readonly Buffer[]) =>
    certificate({ subject, issuer, publicKey, signingKey: authority.privateKey, extensions, now });
  const serverKeys = newKeyPair();
  const adminKeys = newKeyPair();
  return {
    caPem: sign(issuer, authority.publicKey, [basicConstraints(true), keyUsage(0x06, 1)]),
    server: {
      keyPem: pem(serverKeys.privateKey),
      certPem: sign({ commonName: 'sluice-apiserver' }, serverKeys.publicKey, [
        keyUsage(0x80, 7),
        extendedKeyUsage('1.3.6.1.5.5.7.3.1'),
        loopbackNames(),
      ]),
    },
    admin: {
      keyPem: pem(adminKeys.privateKey),
      certPem: sign(user, adminKeys.publicKey, [keyUsage(0x80, 7), extendedKeyUsage('1.3.6.1.5.5.7.3.2')]),
    },
  };
}

function newKeyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @see RFC 5280, 4.1 */
function certificate({ subject, issuer, publicKey, signingKey, extensions, now }: Template): string {
  // An hour back, for clocks that differ a little.
  const validity = sequence(
    utcTime(new Date(now.getTime() - 3_600_000)),
    utcTime(new Date(now.getTime() + validityMs)),
  );
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const body = sequence(
    context(0, integer(Buffer.of(2)), true),
    integer(serial),
    ecdsaWithSha256,
    distinguishedName(issuer),
    validity,
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions), true),
  );
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, signingKey)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function distinguishedName({ commonName, organization }: Name): Buffer {
  const attribute = (type: string, text: string) => set(sequence(oid(type), utf8String(text)));
  const parts = [attribute('2.5.4.3', commonName)];
  if (organization !== undefined) parts.unshift(attribute('2.5.4.10', organization));
  return sequence(...parts);
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function basicConstraints(isAuthority: boolean): Buffer {
  return extension('2.5.29.19', true, sequence(boolean(isAuthority)));
}

function keyUsage(bits: number, unusedBits: number): Buffer {
  return extension('2.5.29.15', true, bitString(Buffer.of(bits), unusedBits));
}

function extendedKeyUsage(purpose: string): Buffer {
  return extension('2.5.29.37', false, sequence(oid(purpose)));
}

function loopbackNames(): Buffer {
  const dns = context(2, Buffer.from('localhost', 'ascii'), false);
  const ip = context(7, Buffer.of(127, 0, 0, 1), false);
  return extension('2.5.29.17', false, sequence(dns, ip));
}
