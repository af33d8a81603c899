import { describe, expect, test } from 'vitest';
import { readCommit, readTag } from './commit.ts';
import { defaultPackLimits, openPack } from './pack.ts';
import { buildPack, buildTree, copyDelta, encodedLength, entry, oidOf, type TestEntry } from './test-pack.ts';
import { listTree } from './tree.ts';

const hello = entry('blob', 'hello');

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

describe('packs', () => {
  test('whole objects, deltas by distance and by hash, in any order', () => {
    const byHash: TestEntry = { code: 7, data: copyDelta(6, 6, '?'), base: oidOf('blob', 'hello!') };
    const byDistance: TestEntry = { code: 6, data: copyDelta(5, 5, '!'), base: encodedLength(hello) };
    const pack = openPack(buildPack([byHash, hello, byDistance, hello]));
    expect(pack.size).toBe(3);
    for (const content of ['hello', 'hello!', 'hello!?']) {
      const found = pack.read(oidOf('blob', content));
      expect([found.type, text(found.content)]).toEqual(['blob', content]);
    }
    expect(pack.has('0'.repeat(40))).toBe(false);
    expect(() => pack.read('0'.repeat(40))).toThrow(expect.objectContaining({ failure: 'object-not-found' }));
  });

  // security case 23
  test.each([
    ['one byte less', (pack: Buffer) => pack.subarray(0, -1)],
    ['half of it', (pack: Buffer) => pack.subarray(0, pack.length / 2)],
    ['no trailer', (pack: Buffer) => pack.subarray(0, -20)],
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('x'.repeat(100))],
  ])('%s', (_name, edit) => {
    expect(() => openPack(edit(buildPack([hello, entry('blob', 'x'.repeat(100))])))).toThrow('corrupt pack');
  });

  test('every flipped bit is noticed', () => {
    const pack = buildPack([hello, entry('blob', 'other')]);
    for (let i = 0; i < pack.length; i++) {
      const copy = Buffer.from(pack);
      copy[i]! ^= 4;
      expect(() => openPack(copy)).toThrow('corrupt pack');
    }
  });

  // The sum is right in these.
  test.each<[string, Buffer, string]>([
    ['more objects claimed', buildPack([hello], 2), 'corrupt pack'],
    ['fewer objects claimed', buildPack([hello, hello], 1), 'object count mismatch'],
    ['a size too small', buildPack([{ ...hello, size: 4 }]), 'corrupt pack'],
    ['a size too large', buildPack([{ ...hello, size: 6 }]), 'size mismatch'],
    ['an unknown type', buildPack([{ ...hello, code: 5 as 6 }]), 'unknown object type'],
    ['a size of 2^60', buildPack([{ ...hello, size: 2 ** 60 }]), 'an object is larger than'],
    [
      'a delta of itself',
      buildPack([{ code: 7, data: copyDelta(5, 5, ''), base: oidOf('blob', 'hello') }]),
      'deltas without a base',
    ],
    [
      'a base before the pack',
      buildPack([{ code: 6, data: copyDelta(5, 5, ''), base: 5000 }]),
      'deltas without a base',
    ],
    [
      'a delta of another size',
      buildPack([hello, { code: 7, data: copyDelta(4, 4, ''), base: oidOf('blob', 'hello') }]),
      'invalid delta',
    ],
    [
      'a copy beyond the base',
      buildPack([hello, { code: 7, data: copyDelta(5, 9, ''), base: oidOf('blob', 'hello') }]),
      'invalid delta',
    ],
    [
      'a cut delta',
      buildPack([hello, { code: 7, data: copyDelta(5, 5, 'abc').subarray(0, -1), base: oidOf('blob', 'hello') }]),
      'invalid delta',
    ],
  ])('%s', (_name, pack, message) => {
    expect(() => openPack(pack)).toThrow(message);
  });

  // security case 24
  test('bombs end at the limits', () => {
    const limits = { ...defaultPackLimits, maxObjectBytes: 1_000_000, maxInflatedBytes: 3_000_000 };
    const zeros = entry('blob', Buffer.alloc(2_000_000));
    expect(() => openPack(buildPack([zeros]), limits)).toThrow('an object is larger than 1000000 bytes');
    const small = entry('blob', Buffer.alloc(900_000));
    expect(() => openPack(buildPack([small, small, small, small]), limits)).toThrow('larger than 3000000 bytes');
    const base = Buffer.alloc(900_000);
    const deltas = ['a', 'b', 'c'].map((tail): TestEntry => ({
      code: 7,
      data: copyDelta(900_000, 900_000, tail),
      base: oidOf('blob', base),
    }));
    expect(() => openPack(buildPack([entry('blob', base), ...deltas]), limits)).toThrow('larger than 3000000 bytes');
    const large: TestEntry = { code: 7, data: copyDelta(5, 0, '').fill(0xff, 1, 2), base: oidOf('blob', 'hello') };
    expect(() => openPack(buildPack([hello, large]), limits)).toThrow(/corrupt|larger/);
  });

  test('long chains of deltas', () => {
    const chain = (length: number): Buffer => {
      const entries: TestEntry[] = [entry('blob', '')];
      for (let i = 0; i < length; i++) {
        entries.push({ code: 6, data: copyDelta(i, i, 'x'), base: encodedLength(entries[i]!) });
      }
      return buildPack(entries);
    };
    const pack = openPack(chain(4095));
    expect(pack.read(oidOf('blob', 'x'.repeat(4095))).content.length).toBe(4095);
    expect(() => openPack(chain(10_000))).toThrow('delta chain too long');
  });
});

describe('trees', () => {
  const blob = oidOf('blob', 'hello');
  const at = (mode: string, name: string | Buffer) => ({ mode, name, oid: blob });

  function list(tree: Buffer): string[] {
    return listTree(openPack(buildPack([hello, entry('tree', tree)])), oidOf('tree', tree)).map(({ path }) => path);
  }

  test('in the order of a walk', () => {
    const inner = buildTree([at('100644', 'z')]);
    const outer = buildTree([
      at('100644', 'a-b'),
      at('100644', 'a.b'),
      { mode: '40000', name: 'a', oid: oidOf('tree', inner) },
    ]);
    const pack = openPack(buildPack([hello, entry('tree', inner), entry('tree', outer)]));
    expect(listTree(pack, oidOf('tree', outer)).map(({ path }) => path)).toEqual(['a', 'a/z', 'a-b', 'a.b']);
  });

  // security case 29
  test.each([
    '..',
    '.',
    '',
    '.git',
    '.GIT',
    '.gIt ',
    '.git.',
    'git~1',
    'GIT~1',
    '.git::$INDEX_ALLOCATION',
    '.g\u200cit',
    'a\\b',
    'a/b',
  ])('refuses the name %j', (name) => {
    expect(() => list(buildTree([at('100644', name)]))).toThrow(/invalid name|malformed tree/);
  });

  test('refuses duplicates, wrong order, wrong modes and cut entries', () => {
    expect(() => list(buildTree([at('100644', 'a'), at('100644', 'a')]))).toThrow('malformed tree');
    expect(() => list(buildTree([at('100644', 'a'), at('40000', 'a')]))).toThrow('malformed tree');
    expect(() => list(buildTree([at('100644', 'b'), at('100644', 'a')]))).toThrow('malformed tree');
    expect(() => list(buildTree([at('160001', 'a')]))).toThrow('malformed tree');
    expect(() => list(buildTree([at('100644', 'a')]).subarray(0, -1))).toThrow('malformed tree');
  });

  test('keeps names like .gitignore, and leaves out those that are no text', () => {
    expect(
      list(buildTree([at('100644', '.gitignore'), at('100644', 'git'), at('100644', Buffer.of(0xff, 0xfe))])),
    ).toEqual(['.gitignore', 'git']);
  });

  test('ends at the limits', () => {
    const trees: { oid: string; item: TestEntry }[] = [];
    let oid = oidOf('tree', '');
    trees.push({ oid, item: entry('tree', '') });
    for (let i = 0; i < 30; i++) {
      // Each tree holds the one before twice: 2^30 paths in 30 objects.
      const tree = buildTree([
        { mode: '40000', name: 'a', oid },
        { mode: '40000', name: 'b', oid },
      ]);
      oid = oidOf('tree', tree);
      trees.push({ oid, item: entry('tree', tree) });
    }
    const pack = openPack(buildPack(trees.map(({ item }) => item)));
    expect(() => listTree(pack, oid, { maxEntries: 1000, maxDepth: 128, maxPathBytes: 4096 })).toThrow(
      'more than 1000 entries',
    );
    expect(() => listTree(pack, oid, { maxEntries: 1000, maxDepth: 10, maxPathBytes: 4096 })).toThrow('deeper than 10');
    expect(() => listTree(pack, oid, { maxEntries: 1000, maxDepth: 128, maxPathBytes: 20 })).toThrow(
      'a path is too long',
    );
  });

  test('names the object that is missing', () => {
    expect(() => list(buildTree([{ mode: '40000', name: 'a', oid: '1'.repeat(40) }]))).toThrow(
      `object ${'1'.repeat(40)} is missing`,
    );
  });
});

describe('commits and tags', () => {
  const tree = oidOf('tree', '');
  const author = 'author A <a@example.com> 1700000000 +0100';
  const committer = 'committer C <c@example.com> 1700000001 -0500';

  function commitOf(...lines: string[]) {
    const content = `${lines.join('\n')}\n`;
    return readCommit(openPack(buildPack([entry('commit', content)])), oidOf('commit', content));
  }

  test('reads a signed commit, its payload without the signature', () => {
    const signature = '-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----';
    const header = `gpgsig ${signature.replaceAll('\n', '\n ')}`;
    const parents = [`parent ${'1'.repeat(40)}`, `parent ${'2'.repeat(40)}`];
    const commit = commitOf(`tree ${tree}`, ...parents, author, committer, header, '', 'Subject', '', 'Body');
    expect(commit).toMatchObject({
      tree,
      parents: ['1'.repeat(40), '2'.repeat(40)],
      committedAt: 1_700_000_001,
      message: 'Subject\n\nBody\n',
    });
    expect(commit.signed.signature).toBe(signature);
    expect(text(commit.signed.payload)).toBe(
      `${[`tree ${tree}`, ...parents, author, committer, '', 'Subject', '', 'Body'].join('\n')}\n`,
    );
  });

  // security case 25
  test.each([
    ['two trees', [`tree ${tree}`, `tree ${tree}`, author, committer, '', 'x']],
    ['two authors', [`tree ${tree}`, author, author, committer, '', 'x']],
    ['two signatures', [`tree ${tree}`, author, committer, 'gpgsig a', 'gpgsig b', '', 'x']],
    ['a tree that is not first', [author, `tree ${tree}`, committer, '', 'x']],
    ['a NUL in a header', [`tree ${tree}`, `${author}\0`, committer, '', 'x']],
    ['a header without a value', [`tree ${tree}`, author, committer, 'gpgsig', '', 'x']],
    ['no committer', [`tree ${tree}`, author, '', 'x']],
    ['a tree that is no hash', ['tree xyz', author, committer, '', 'x']],
  ])('refuses %s', (_name, lines) => {
    expect(() => commitOf(...lines)).toThrow(/^malformed/);
  });

  test('a signature in the message is none', () => {
    const commit = commitOf(`tree ${tree}`, author, committer, '', 'x', 'gpgsig -----BEGIN PGP SIGNATURE-----');
    expect(commit.signed.signature).toBe('');
  });

  test('a tag and its trailing signature', () => {
    const signature = '-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n';
    const payload = `object ${'1'.repeat(40)}\ntype commit\ntag v1\ntagger T <t@example.com> 1 +0000\n\nmessage\n`;
    const content = payload + signature;
    const tag = readTag(openPack(buildPack([entry('tag', content)])), oidOf('tag', content));
    expect(tag?.object).toBe('1'.repeat(40));
    expect([text(tag!.signed.payload), tag!.signed.signature]).toEqual([payload, signature]);
  });
});
