import { expect, test } from 'vitest';
import { clampPath, copyInclude } from './copy-include.ts';
import { selectEntries } from './select.ts';
import { sparse, type WorkNode, type WorkTree } from './work-tree.ts';

/** `path` → content; a trailing slash makes a directory, `null` a symlink. Parents are added. */
function tree(files: Readonly<Record<string, string | null>>): WorkTree {
  const nodes = new Map<string, WorkNode>();
  for (const [path, content] of Object.entries(files)) {
    for (let i = path.indexOf('/'); i > 0; i = path.indexOf('/', i + 1))
      nodes.set(path.slice(0, i), { type: 'directory' });
    if (content === null) nodes.set(path, { type: 'symlink' });
    else if (!path.endsWith('/'))
      nodes.set(path, { type: 'file', executable: false, read: () => Buffer.from(content) });
  }
  return nodes;
}

function selected(files: Readonly<Record<string, string | null>>, ignore?: string): string[] {
  return selectEntries(tree(files), ignore).map(({ type, path }) => (type === 'directory' ? `${path}/` : path));
}

const include = { repository: 'base', fromPath: '', toPath: 'base' };
const files = new Map([
  ['a/x', { content: Buffer.from('x'), executable: true }],
  ['b', { content: Buffer.from('b'), executable: false }],
]);

// source 20.3-49, 20.4-67, 20.4-71
test('symlinks, version control and ignored files are left out', () => {
  const content = {
    '.sourceignore': '*.txt\n',
    'a.txt': '',
    'sub/.sourceignore': '!a.txt\n',
    'sub/a.txt': '',
    link: null,
    '.gitignore': '',
    'empty/': '',
  };
  expect(selected(content)).toEqual(['.sourceignore', 'empty/', 'sub/', 'sub/.sourceignore', 'sub/a.txt']);
});

// source 20.4-70
test('files may be kept in a directory that is left out', () => {
  expect(selected({ 'apps/prod/x': '', 'apps/test/y': '' }, '/*\n!/apps/prod')).toEqual(['apps/prod/', 'apps/prod/x']);
});

test('an ignore file that is too large is refused', () => {
  expect(() => selected({ '.sourceignore': 'x\n'.repeat(600_000) })).toThrow(
    'failed to load source ignore patterns from repository',
  );
});

// source 20.9-146
test('sparse', () => {
  const all = tree({ 'a/1': '', 'ab/2': '', 'b/c/3': '', 'b/d': '', root: '' });
  expect([...sparse(all, ['./a', 'b/c']).keys()]).toEqual(['a', 'a/1', 'b/c', 'b/c/3']);
  expect(sparse(all, [])).toBe(all);
  // security case 37: the same text whether the path exists on this machine or not
  for (const dir of ['../../../etc/passwd', '/proc/self', 'nope']) {
    expect(() => sparse(all, [dir])).toThrow(
      `failed to sparse checkout directories : sparse checkout dir '${dir}' does not exist in repository: no such file or directory`,
    );
  }
});

// source 20.9-138
test('include', () => {
  const copied = copyInclude(tree({ own: '' }), include, files);
  expect([...copied.keys()]).toEqual(['own', 'base/a/x', 'base/b']);
  expect(copied.get('base/a/x')).toMatchObject({ type: 'file', executable: true });
  const part = copyInclude(tree({}), { ...include, fromPath: './a', toPath: 'deep/er' }, files);
  expect([...part.keys()]).toEqual(['deep/er/x']);
});

// source 20.9-141
test.each([
  ['nothing at fromPath', tree({}), { fromPath: 'none' }],
  ['a file at toPath', tree({ base: '' }), {}],
  ['a file above toPath', tree({ up: '' }), { toPath: 'up/base' }],
  ['a directory with files at toPath', tree({ 'base/y': '' }), {}],
  ['the root, with files', tree({ y: '' }), { toPath: '/' }],
])('include refuses %s', (_name, outer, paths) => {
  expect(() => copyInclude(outer, { ...include, ...paths }, files)).toThrow(/^failed to copy 'base' include from /);
});

test('an empty directory at toPath is no obstacle', () => {
  expect([...copyInclude(tree({ 'base/': '' }), include, files).keys()]).toContain('base/b');
});

// source 20.9-142
test.each([
  ['../../x', 'x'],
  ['/a/./b//c/', 'a/b/c'],
  ['a/../../b', 'b'],
  ['', ''],
  ['/', ''],
])('%j stays inside as %j', (path, want) => {
  expect(clampPath(path)).toBe(want);
});
