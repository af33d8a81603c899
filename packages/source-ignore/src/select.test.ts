import { cpuMs } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { ignoreFilePaths, selectFiles, selectKeys, type SourceEntry } from './select.ts';

/** What is kept of a tree, folders with `/` at the end; the ignore files are part of the tree. */
function keep(tree: string, rules: { files?: Record<string, string>; spec?: string } = {}): string[] {
  const files = new Map(Object.entries(rules.files ?? {}));
  const entries = [...tree.split(' '), ...files.keys()].map(toEntry);
  const kept = selectFiles(entries, { files, spec: rules.spec });
  return kept.map(({ path, isDirectory }) => (isDirectory ? `${path}/` : path));
}

function toEntry(path: string): SourceEntry {
  return { path: path.replace(/\/$/, ''), isDirectory: path.endsWith('/') };
}

const defaults = '.git/HEAD .gitignore a.png .github/ci.yml x/.sops.yaml app.yaml';

// source 20.4-67
test('leaves out version control, media, CI and other tools by default', () => {
  expect(keep(defaults)).toEqual(['app.yaml', 'x/']);
});

// source 20.4-68
test('a pattern of the user lifts all defaults but those of version control', () => {
  const tree = `${defaults} README.md`;
  expect(keep(tree, { spec: '*.md' })).toEqual([
    '.github/',
    '.github/ci.yml',
    'a.png',
    'app.yaml',
    'x/',
    'x/.sops.yaml',
  ]);
  expect(keep(tree, { spec: '!.gitignore\n*.md' })).toContain('.gitignore');
});

// source 20.4-69
test('a text without a pattern leaves the defaults', () => {
  expect(keep(defaults, { spec: '# only a comment\n\n  \t\n' })).toEqual(keep(defaults));
  expect(keep(defaults, { spec: '' })).toEqual(keep(defaults));
});

// source 20.4-70
test('keeps what is included again in a folder that is left out', () => {
  const tree = 'deploy/a.yaml src/a.go apps/prod/x.yaml apps/dev/x.yaml';
  expect(keep(tree, { spec: '/*\n!/deploy' })).toEqual(['deploy/', 'deploy/a.yaml']);
  expect(keep(tree, { spec: '/*\n!/apps/prod' })).toEqual(['apps/prod/', 'apps/prod/x.yaml']);
});

// source 20.4-71
test('a file further down wins over one above it', () => {
  const files = { '.sourceignore': '*.txt', 'sub/.sourceignore': '!a.txt' };
  expect(keep('a.txt sub/a.txt sub/b.txt', { files })).toEqual([
    '.sourceignore',
    'sub/',
    'sub/.sourceignore',
    'sub/a.txt',
  ]);
});

// source 20.4-72
test('patterns of a file hold below its folder and start there', () => {
  const files = { 'sub/.sourceignore': '/b' };
  expect(keep('b sub/b sub/c/b', { files })).toEqual(['b', 'sub/', 'sub/.sourceignore', 'sub/c/', 'sub/c/b']);
});

// source 20.4-73
test('spec.ignore wins over all files', () => {
  expect(keep('x.yaml', { files: { '.sourceignore': '!x.yaml' }, spec: 'x.yaml' })).toEqual(['.sourceignore']);
});

// source 20.4-74
test('a slash at the end means a folder, at any depth', () => {
  expect(keep('docs', { spec: 'docs/' })).toEqual(['docs']);
  expect(keep('docs/x a/docs/b/c a/d', { spec: 'docs/' })).toEqual(['a/', 'a/d']);
});

describe('source 20.4-75', () => {
  test.each([
    { spec: 'a/**/b', tree: 'a/b a/x/b a/x/y/b a/c', kept: ['a/', 'a/c', 'a/x/', 'a/x/y/'] },
    { spec: 'a/**', tree: 'a/b a/x/b b', kept: ['b'] },
    { spec: 'x/**foo', tree: 'x/foo x/afoo', kept: ['x/', 'x/afoo', 'x/foo'] },
    { spec: '/**', tree: 'a b/c', kept: ['a', 'b/', 'b/c'] },
    { spec: '/', tree: 'a b/c', kept: ['a', 'b/', 'b/c'] },
    { spec: 'a/**/b/c', tree: 'a/b/x/b/c', kept: ['a/', 'a/b/', 'a/b/x/', 'a/b/x/b/', 'a/b/x/b/c'] }, // the first b, never a later one
  ])('$spec', ({ spec, tree, kept }) => {
    expect(keep(tree, { spec })).toEqual(kept);
  });
});

describe('source 20.4-76, 77, 78', () => {
  test.each([
    { spec: '\\#file', tree: '#file file', kept: ['file'] },
    { spec: '\\!file', tree: '!file file', kept: ['file'] },
    { spec: 'a\r\nb\r\n', tree: 'a b c', kept: ['c'] },
    { spec: 'a  ', tree: 'a b', kept: ['b'] },
    { spec: ' a', tree: 'a b', kept: ['a', 'b'] },
    { spec: '[!a].txt', tree: 'a.txt b.txt !.txt', kept: ['b.txt'] },
    { spec: '[^a].txt', tree: 'a.txt b.txt', kept: ['a.txt'] },
    { spec: '[a', tree: 'a [a', kept: ['[a', 'a'] },
    { spec: '*.MD', tree: 'a.md', kept: ['a.md'] },
  ])('$spec', ({ spec, tree, kept }) => {
    expect(keep(tree, { spec })).toEqual(kept);
  });

  test('a quoted space at the end belongs to the pattern', () => {
    const entries = ['a ', 'a'].map(toEntry);
    expect(selectFiles(entries, { files: new Map(), spec: 'a\\ ' })).toEqual([{ path: 'a', isDirectory: false }]);
  });
});

test('a line of 64 KiB ends the reading', () => {
  expect(keep('a b', { spec: `a\n${'x'.repeat(65_535)}\nb` })).toEqual([]);
  expect(keep('a b', { spec: `a\n${'x'.repeat(65_536)}\nb` })).toEqual(['b']);
});

test('takes a line full of spaces in linear time', () => {
  const started = cpuMs();
  expect(keep('a b', { spec: `${'b'.padEnd(65_000)}x\na` })).toEqual(['b']);
  expect(cpuMs() - started).toBeLessThan(500);
});

test('the order is that of a walk by bytes', () => {
  const tree = 'a.b a/z a/b/c a-b Z é/x ab empty/';
  expect(keep(tree)).toEqual(['Z', 'a/', 'a/b/', 'a/b/c', 'a/z', 'a-b', 'a.b', 'ab', 'empty/', 'é/', 'é/x']);
});

test('names the ignore files to read', () => {
  const tree = '.sourceignore a/.sourceignore a/.git/.sourceignore b/.sourceignore/ c/x.sourceignore';
  expect(ignoreFilePaths(tree.split(' ').map(toEntry))).toEqual(['.sourceignore', 'a/.sourceignore']);
});

// source 20.4-81
test('a bucket has no defaults', () => {
  expect(selectKeys(['.git/config', 'a.png', 'p/', '.sourceignore'], {})).toEqual(['.git/config', 'a.png']);
});

// source 20.4-82
test('the ignore object of a bucket leaves out keys, spec.ignore includes them again', () => {
  const keys = ['p/x.bin', 'p/y.bin', 'p/x.yaml'];
  expect(selectKeys(keys, { ignoreFile: '*.bin' })).toEqual(['p/x.yaml']);
  expect(selectKeys(keys, { ignoreFile: '*.bin', spec: '!p/y.bin' })).toEqual(['p/y.bin', 'p/x.yaml']);
});
