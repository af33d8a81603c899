import { GitError } from '../errors.ts';
import { oidPattern } from '../refs.ts';
import type { Pack } from './pack.ts';

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Seconds since 1970. */
  readonly committedAt: number;
  readonly message: string;
  readonly signed: SignedObject;
}

/** What a signature was made over, byte for byte as the repository has it. */
export interface SignedObject {
  readonly payload: Uint8Array;
  /** Armored; `''` when there is none. */
  readonly signature: string;
}

interface Header {
  readonly name: string;
  /** Continued lines joined by line feeds. */
  readonly value: string;
  /** Bytes of the header in the object, its last line feed included. */
  readonly start: number;
  readonly end: number;
}

/** @throws GitError `object-not-found`, or `corrupt` for what git would read differently than we do */
export function readCommit(pack: Pack, oid: string): Commit {
  const { type, content } = pack.read(oid);
  if (type !== 'commit') throw malformed('commit', oid);
  const { headers, body } = readHeaders(content, oid);
  const tree = single(headers, 'tree', oid);
  const committer = single(headers, 'committer', oid);
  single(headers, 'author', oid);
  const parents = headers.filter(({ name }) => name === 'parent').map(({ value }) => value);
  const time = /> (\d{1,15}) [+-]\d{4}$/.exec(committer);
  if (headers[0]?.name !== 'tree' || ![tree, ...parents].every((value) => oidPattern.test(value))) {
    throw malformed('commit', oid);
  }
  const signatures = headers.filter(({ name }) => name === 'gpgsig');
  if (signatures.length > 1) throw malformed('commit', oid);
  return {
    tree,
    parents,
    committedAt: Number(time?.[1] ?? 0),
    message: Buffer.from(body).toString('utf8'),
    signed: { payload: cut(content, signatures[0]), signature: signatures[0]?.value ?? '' },
  };
}

/** An annotated tag; `undefined` when `oid` is no tag object. */
export function readTag(pack: Pack, oid: string): { object: string; signed: SignedObject } | undefined {
  const { type, content } = pack.read(oid);
  if (type !== 'tag') return undefined;
  const { headers } = readHeaders(content, oid);
  const object = single(headers, 'object', oid);
  if (!oidPattern.test(object)) throw malformed('tag', oid);
  const text = Buffer.from(content).toString('latin1');
  const at = text.search(/^-----BEGIN (PGP|SSH|SIGNED) /m);
  return {
    object,
    signed:
      at < 0 ? { payload: content, signature: '' } : { payload: content.subarray(0, at), signature: text.slice(at) },
  };
}

/** The lines before the first empty one. */
function readHeaders(content: Uint8Array, oid: string): { headers: Header[]; body: Uint8Array } {
  const headers: Header[] = [];
  let offset = 0;
  while (offset < content.length) {
    const end = content.indexOf(0x0a, offset);
    if (end < 0) throw malformed('object', oid);
    if (end === offset) return { headers, body: content.subarray(end + 1) };
    const line = Buffer.from(content.subarray(offset, end)).toString('utf8');
    if (line.includes('\0')) throw malformed('object', oid);
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) {
      headers[headers.length - 1] = { ...last, value: `${last.value}\n${line.slice(1)}`, end: end + 1 };
    } else {
      const space = line.indexOf(' ');
      if (space <= 0) throw malformed('object', oid);
      headers.push({ name: line.slice(0, space), value: line.slice(space + 1), start: offset, end: end + 1 });
    }
    offset = end + 1;
  }
  return { headers, body: content.subarray(content.length) };
}

function single(headers: readonly Header[], name: string, oid: string): string {
  const found = headers.filter((header) => header.name === name);
  if (found.length !== 1) throw malformed('object', oid);
  return found[0]!.value;
}

function cut(content: Uint8Array, header: Header | undefined): Uint8Array {
  if (header === undefined) return content;
  return Buffer.concat([content.subarray(0, header.start), content.subarray(header.end)]);
}

function malformed(what: string, oid: string): GitError {
  return new GitError('corrupt', `malformed ${what} ${oid}`);
}
