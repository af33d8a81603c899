import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import type { ArchiveEntry } from './tar-write.ts';
import { unpackArchive } from './unpack.ts';
import { writeArchive, type ArchiveOptions, type WrittenArchive } from './write-archive.ts';

function file(path: string, content: string, executable = false): ArchiveEntry {
  return { type: 'file', path, executable, read: () => Buffer.from(content) };
}

async function write(
  entries: readonly ArchiveEntry[],
  options?: ArchiveOptions,
): Promise<WrittenArchive & { bytes: Buffer }> {
  const dir = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    const path = join(dir, 'a.tar.gz');
    writeFileSync(path, '');
    const written = await writeArchive(path, entries, options);
    return { ...written, bytes: readFileSync(path) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

// source 20.3-48, 20.3-50: read by the system's tar
test('names, modes, owners and times', async () => {
  const { bytes } = await write([
    { type: 'directory', path: 'empty' },
    file('run.sh', '#!/bin/sh\n', true),
    file('x.yaml', 'a: 1\n'),
  ]);
  const listed = execFileSync('tar', ['-tvzf', '-', '--numeric-owner', '--utc', '--full-time'], {
    input: bytes,
    encoding: 'utf8',
  });
  expect(listed.trimEnd().split('\n')).toEqual([
    'drwxr-x--- 0/0               0 1970-01-01 00:00:00 .',
    'drwxr-x--- 0/0               0 1970-01-01 00:00:00 empty',
    '-rwx------ 0/0              10 1970-01-01 00:00:00 run.sh',
    '-rw------- 0/0               5 1970-01-01 00:00:00 x.yaml',
  ]);
});

// The gzip header holds no time, no name, and the system "unknown".
test('gzip header', async () => {
  const { bytes } = await write([]);
  expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
});

// source 20.3-47
test('the same entries give the same bytes, in whatever zone and with whatever mask', async () => {
  const entries = Array.from({ length: 300 }, (_, i) => file(`f${i}`, `content ${i}`.repeat(i)));
  const first = await write(entries);
  const { TZ } = process.env;
  const mask = process.umask(0o077);
  try {
    process.env['TZ'] = 'Asia/Tokyo';
    expect((await write(entries)).digest).toBe(first.digest);
  } finally {
    process.umask(mask);
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
  }
  expect(first.digest).toBe(digestOf(first.bytes));
  expect(first.size).toBe(first.bytes.length);
});

// source 20.3-51
test('long, odd and non-ASCII names survive our reader and the system tar', async () => {
  const paths = [
    'with space.yaml',
    'ünïcode/日本.yaml',
    'a'.repeat(100),
    'b'.repeat(101),
    `${'dir/'.repeat(30)}file`,
    `${'d'.repeat(120)}/${'f'.repeat(120)}`,
    `${'deep-directory/'.repeat(30)}x`,
  ];
  const { bytes } = await write(paths.map((path, i) => file(path, String(i))));
  expect([...unpackArchive(bytes)].map(([path, content]) => [path, Buffer.from(content).toString()])).toEqual(
    paths.map((path, i) => [path, String(i)]),
  );
  const listed = execFileSync('tar', ['-tzf', '-', '--quoting-style=literal'], { input: bytes, encoding: 'utf8' });
  expect(listed.trimEnd().split('\n')).toEqual(['.', ...paths]);
});

test('stops at the limit', async () => {
  const noise = Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 104_729).toString(36)).join('');
  await expect(write([file('a', noise)], { maxBytes: 2000 })).rejects.toMatchObject({ failure: 'TooLarge' });
});

test('other digest algorithms', async () => {
  const { bytes, digest } = await write([file('a', 'a')], { algorithm: 'sha512' });
  expect(digest).toBe(digestOf(bytes, 'sha512'));
});
