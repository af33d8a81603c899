import { createHash } from 'node:crypto';
import { define, unsupported } from './define.ts';
import { decodeUtf8 } from './text.ts';
import type { Func } from './value.ts';

const cryptographic = [
  'bcrypt',
  'htpasswd',
  'derivePassword',
  'genPrivateKey',
  'genCA',
  'genCAWithKey',
  'genSelfSignedCert',
  'genSelfSignedCertWithKey',
  'genSignedCert',
  'genSignedCertWithKey',
  'buildCustomCert',
  'encryptAES',
  'decryptAES',
];

export const encodingFunctions: Readonly<Record<string, Func>> = {
  sha1sum: define(['string'], ([text]) => createHash('sha1').update(text).digest('hex')),
  sha256sum: define(['string'], ([text]) => createHash('sha256').update(text).digest('hex')),
  sha512sum: define(['string'], ([text]) => createHash('sha512').update(text).digest('hex')),
  adler32sum: define(['string'], ([text]) => adler32(Buffer.from(text))),
  b64enc: define(['string'], ([text]) => Buffer.from(text).toString('base64')),
  b64dec: define(['string'], ([text]) => decode(text, base64)),
  b32enc: define(['string'], ([text]) => encode32(Buffer.from(text))),
  b32dec: define(['string'], ([text]) => decode(text, base32)),
  ...Object.fromEntries(cryptographic.map((name) => [name, unsupported(name)])),
};

function adler32(bytes: Uint8Array): string {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return String(b * 65536 + a);
}

interface Encoding {
  readonly name: string;
  readonly alphabet: string;
  /** Bits of a character. */
  readonly bits: number;
  /** Characters of a whole group. */
  readonly group: number;
  /** How many characters may stand in the last group, before the padding. */
  readonly lengths: readonly number[];
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const base64: Encoding = {
  name: 'base64',
  alphabet: `${upper}${upper.toLowerCase()}0123456789+/`,
  bits: 6,
  group: 4,
  lengths: [2, 3],
};
const base32: Encoding = { name: 'base32', alphabet: `${upper}234567`, bits: 5, group: 8, lengths: [2, 4, 5, 7] };

/** The text that was encoded, or Go's complaint: these functions give that as their answer. */
function decode(text: string, encoding: Encoding): string {
  const { name, alphabet, bits, group } = encoding;
  const found: number[] = [];
  const refuse = (at: number) => `illegal ${name} data at input byte ${at}`;
  const clean = [...Buffer.from(text)]
    .map((byte, at) => ({ char: String.fromCharCode(byte), at }))
    .filter(({ char }) => !'\r\n'.includes(char));
  for (let i = 0; i < clean.length; i++) {
    const { char, at } = clean[i]!;
    if (char === '=') {
      const problem = paddingProblem(clean.slice(i), found.length, encoding);
      if (problem !== undefined) return refuse(problem);
      break;
    }
    const value = alphabet.indexOf(char);
    if (value < 0) return refuse(at);
    found.push(value);
  }
  const isPadded = clean.some(({ char }) => char === '=');
  if (!isPadded && found.length % group !== 0) return refuse(Buffer.byteLength(text) - (found.length % group));
  return decodeUtf8(toBytes(found, bits));
}

function paddingProblem(
  rest: readonly { char: string; at: number }[],
  count: number,
  { group, lengths }: Encoding,
): number | undefined {
  const inGroup = count % group;
  const first = rest[0]!;
  if (!lengths.includes(inGroup)) return first.at;
  const wanted = group - inGroup;
  for (let n = 0; n < wanted; n++) {
    const next = rest[n];
    if (next === undefined) return rest.at(-1)!.at + 1;
    if (next.char !== '=') return next.at;
  }
  return rest[wanted]?.at;
}

function toBytes(values: readonly number[], bits: number): Uint8Array {
  const bytes: number[] = [];
  let [buffer, held] = [0, 0];
  for (const value of values) {
    buffer = ((buffer << bits) | value) & 0xffff;
    held += bits;
    if (held >= 8) {
      held -= 8;
      bytes.push((buffer >> held) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

function encode32(bytes: Uint8Array): string {
  let text = '';
  let [buffer, held] = [0, 0];
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += base32.alphabet[(buffer >> held) & 31];
    }
  }
  if (held > 0) text += base32.alphabet[(buffer << (5 - held)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}
