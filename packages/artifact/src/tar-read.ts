import { ArtifactError } from './errors.ts';

const blockSize = 512;
const maxHeaderBytes = 1_048_576;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface TarEntry {
  readonly name: string;
  /** The type flag: `0` file, `5` directory, `2` symlink, `1` hard link, … */
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  /** A view into the archive, not a copy. */
  readonly content: Uint8Array;
}

/**
 * The entries of a tar (ustar, pax, GNU long names) in order. Pax and GNU header entries are folded into what follows.
 * @throws ArtifactError `InvalidArchive`
 * @see POSIX.1-2017, pax interchange format
 */
export function* readTar(tar: Uint8Array): Generator<TarEntry> {
  let longName: string | undefined;
  let longSize: number | undefined;
  for (let offset = 0; ;) {
    if (offset + blockSize > tar.length) throw invalid('unexpected EOF');
    const header = tar.subarray(offset, offset + blockSize);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = header[156] === 0 ? '0' : String.fromCharCode(header[156]!);
    const isMeta = type === 'x' || type === 'g' || type === 'L' || type === 'K';
    const size = (isMeta ? undefined : longSize) ?? readNumber(header, 124, 12);
    const start = offset + blockSize;
    if (start + size > tar.length) throw invalid('unexpected EOF');
    const content = tar.subarray(start, start + size);
    offset = start + Math.ceil(size / blockSize) * blockSize;
    if (isMeta) {
      if (size > maxHeaderBytes) throw invalid('header too long');
      if (type === 'L') longName = decode(content).replace(/\0.*$/s, '');
      if (type !== 'x') continue;
      const records = readPax(content);
      longName = records.get('path') ?? longName;
      longSize = parseSize(records.get('size'));
      continue;
    }
    yield { name: longName ?? readName(header), type, mode: readNumber(header, 100, 8) & 0o777, content };
    longName = undefined;
    longSize = undefined;
  }
}

function readName(header: Uint8Array): string {
  const name = readText(header, 0, 100);
  const isUstar = readText(header, 257, 6) === 'ustar';
  const prefix = isUstar ? readText(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function readText(header: Uint8Array, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal text, or base 256 when the first bit is set. */
function readNumber(header: Uint8Array, offset: number, length: number): number {
  if ((header[offset]! & 0x80) !== 0) {
    let value = header[offset]! & 0x7f;
    for (const byte of header.subarray(offset + 1, offset + length)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw invalid('number out of range');
    return value;
  }
  const text = readText(header, offset, length).trim();
  if (!/^[0-7]*$/.test(text)) throw invalid('invalid number in header');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function checkSum(header: Uint8Array): void {
  let sum = 8 * 0x20;
  for (let i = 0; i < blockSize; i++) if (i < 148 || i >= 156) sum += header[i]!;
  if (readNumber(header, 148, 8) !== sum) throw invalid('invalid tar header');
}

/** Records of `<length> <key>=<value>\n`, the length in bytes of the whole record. */
function readPax(content: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let offset = 0; offset < content.length;) {
    const space = content.indexOf(0x20, offset);
    const length = Number(decode(content.subarray(offset, Math.max(offset, space))));
    const end = offset + length;
    if (space < 0 || !Number.isInteger(length) || end > content.length || end <= space + 1)
      throw invalid('bad pax header');
    const record = decode(content.subarray(space + 1, end));
    const equals = record.indexOf('=');
    if (equals < 0 || !record.endsWith('\n')) throw invalid('bad pax header');
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    offset = end;
  }
  return records;
}

function parseSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size)) throw invalid('bad pax size');
  return size;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid('name is not UTF-8');
  }
}

function invalid(why: string): ArtifactError {
  return new ArtifactError('InvalidArchive', why);
}
