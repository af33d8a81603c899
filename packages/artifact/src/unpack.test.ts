import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { unpackArchive } from './unpack.ts';

/** A gzipped tar of `files` by the system's tar. */
function tarOf(files: Readonly<Record<string, string>>, ...flags: string[]): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'unpack-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(dir, 'in', path, '..'), { recursive: true });
      writeFileSync(join(dir, 'in', path), content);
    }
    execFileSync('tar', ['-czf', join(dir, 'out.tgz'), ...flags, '-C', join(dir, 'in'), '.']);
    return readFileSync(join(dir, 'out.tgz'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** One header block and its content, by hand: for names that tar refuses to write. */
function rawTar(name: string, options: { type?: string; content?: string } = {}): Buffer {
  const header = Buffer.alloc(512);
  const content = Buffer.from(options.content ?? '');
  header.write(name, 0, 'utf8');
  header.write('0000600\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(options.type ?? '0', 156);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

function pack(...parts: Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

function textsOf(files: Map<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

const long = `${'long-directory-name/'.repeat(14)}ümlaut with space.yaml`;

describe('unpackArchive', () => {
  // source 20.3-51
  test.each(['--format=pax', '--format=gnu'])('reads what tar %s writes, long names too', (format) => {
    const files = { 'a.yaml': 'a', 'dir/b.yaml': 'b'.repeat(1000), [long]: 'c' };
    expect(textsOf(unpackArchive(tarOf(files, format)))).toEqual(files);
  });

  test('leaves symlinks out', () => {
    const dir = mkdtempSync(join(tmpdir(), 'unpack-'));
    symlinkSync('/etc/passwd', join(dir, 'link'));
    writeFileSync(join(dir, 'file'), 'x');
    const archive = execFileSync('tar', ['-cz', '-C', dir, '.']);
    rmSync(dir, { recursive: true });
    expect(textsOf(unpackArchive(archive))).toEqual({ file: 'x' });
  });

  test.each(['/etc/passwd', '../up', 'a/../../up', 'a/..', 'a\\b', 'a/\\..\\b'])('refuses the name %s', (name) => {
    expect(() => unpackArchive(pack(rawTar(name, { content: 'x' })))).toThrow(
      expect.objectContaining({ failure: 'UnsafePath' }),
    );
  });

  test('refuses a file that is also a folder', () => {
    const both = [rawTar('a', { content: 'x' }), rawTar('a/b', { content: 'y' })];
    expect(() => unpackArchive(pack(...both))).toThrow('invalid name "a"');
    expect(() => unpackArchive(pack(...both.toReversed()))).toThrow('invalid name "a"');
  });

  test.each(['1', '3', '4', '6'])('refuses entries of type %s', (type) => {
    expect(() => unpackArchive(pack(rawTar('x', { type })))).toThrow('unsupported file type');
  });

  test('needs no entries for parents', () => {
    expect(textsOf(unpackArchive(pack(rawTar('apps/prod/x', { content: '1' }))))).toEqual({ 'apps/prod/x': '1' });
  });

  test('stops at each limit', () => {
    const archive = tarOf({ a: 'x'.repeat(3000), b: 'y' });
    const limit = (limits: object) => () => unpackArchive(archive, limits);
    expect(limit({ maxBytes: 2000 })).toThrow('content is larger than 2000 bytes');
    expect(limit({ maxFileBytes: 2999 })).toThrow('file "a" is larger than 2999 bytes');
    expect(limit({ maxEntries: 2 })).toThrow('more than 2 entries');
    expect(limit({ maxFileBytes: 3000, maxEntries: 3 })).not.toThrow();
  });

  test('refuses a bomb by its compression ratio', () => {
    const bomb = gzipSync(Buffer.alloc(64_000_000));
    expect(() => unpackArchive(bomb)).toThrow('compression ratio above 200:1');
  });

  test('names what is no archive', () => {
    expect(() => unpackArchive(Buffer.from('<html>'))).toThrow(
      'failed to extract archive (check whether file size exceeds max download size): requires gzip-compressed body',
    );
    expect(() => unpackArchive(gzipSync(Buffer.from('x'.repeat(2000))))).toThrow('in header');
    expect(() => unpackArchive(gzipSync(rawTar('a', { content: 'abc' }).subarray(0, 512)))).toThrow('unexpected EOF');
  });
});
