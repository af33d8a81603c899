/** What goes into an archive, in the order of a file walk. */
export type ArchiveEntry =
  | { readonly type: 'directory'; readonly path: string }
  | { readonly type: 'file'; readonly path: string; readonly executable: boolean; read(): Uint8Array };

const blockSize = 512;
const modes = { directory: 0o750, file: 0o600, executable: 0o700 } as const;
const typeFlags = { directory: '5', file: '0', pax: 'x' } as const;

/**
 * A tar of which every byte follows from the entries: no times, owners or names of the machine. The root comes first, as
 * `.`; directories have no trailing slash. Names that ustar cannot hold get a pax header.
 * @see POSIX.1-2017, ustar and pax interchange formats
 */
export function* tarChunks(entries: Iterable<ArchiveEntry>): Generator<Buffer> {
  yield buildHeader({ name: '.', mode: modes.directory, type: typeFlags.directory, size: 0 });
  for (const entry of entries) {
    if (entry.type === 'directory') {
      yield* namedHeader(entry.path, { mode: modes.directory, type: typeFlags.directory, size: 0 });
      continue;
    }
    const content = entry.read();
    const mode = entry.executable ? modes.executable : modes.file;
    yield* namedHeader(entry.path, { mode, type: typeFlags.file, size: content.length });
    if (content.length === 0) continue;
    yield Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    yield padding(content.length);
  }
  yield Buffer.alloc(2 * blockSize);
}

interface Header {
  readonly name: string;
  readonly prefix?: string;
  readonly mode: number;
  readonly type: string;
  readonly size: number;
}

function* namedHeader(path: string, rest: Omit<Header, 'name' | 'prefix'>): Generator<Buffer> {
  const split = splitName(path);
  if (split !== undefined) return yield buildHeader({ ...rest, ...split });
  const record = paxRecord('path', path);
  const base = asciiTail(path.slice(path.lastIndexOf('/') + 1), 80);
  yield buildHeader({ name: `PaxHeaders.0/${base}`, mode: 0o644, type: typeFlags.pax, size: record.length });
  yield record;
  yield padding(record.length);
  yield buildHeader({ ...rest, name: asciiTail(path, 100) });
}

/** How a name fits into ustar's two fields; `undefined` when it does not. */
function splitName(path: string): { name: string; prefix?: string } | undefined {
  if (!/^[\u0020-\u007e]*$/.test(path)) return undefined;
  if (path.length <= 100) return { name: path };
  const slash = path.lastIndexOf('/', 155);
  const name = path.slice(slash + 1);
  return slash > 0 && name.length <= 100 && name !== '' ? { name, prefix: path.slice(0, slash) } : undefined;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes;
  while (String(length).length + restBytes !== length) length = String(length).length + restBytes;
  return Buffer.from(`${length}${rest}`);
}

/** For readers that know no pax: what ASCII can say, cut. */
function asciiTail(text: string, length: number): string {
  return text.replace(/[^\u0020-\u007e]/g, '').slice(0, length);
}

function buildHeader({ name, prefix = '', mode, type, size }: Header): Buffer {
  const header = Buffer.alloc(blockSize);
  header.write(name, 0, 100, 'latin1');
  header.write(octal(mode, 8), 100, 'latin1');
  header.write(octal(0, 8), 108, 'latin1');
  header.write(octal(0, 8), 116, 'latin1');
  header.write(octal(size, 12), 124, 'latin1');
  header.write(octal(0, 12), 136, 'latin1');
  header.fill(' ', 148, 156);
  header.write(type, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(octal(0, 8), 329, 'latin1');
  header.write(octal(0, 8), 337, 'latin1');
  header.write(prefix, 345, 155, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148, 'latin1');
  return header;
}

/** Octal digits that fill a field but for its last byte. Sizes up to 8 GiB fit, far above any limit of ours. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}
