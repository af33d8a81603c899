import { expect, test } from 'vitest';
import { parseGitmodules, resolveSubmoduleUrl } from './submodules.ts';

test('reads paths and addresses', () => {
  const text = `# comment
[core]
  path = not/a/module
[submodule "a"]
\tpath = libs/a
\turl = ../a.git
\tbranch = main
[submodule "with \\"quotes\\""]
  url = "https://example.com/b c.git" ; comment
  path = libs/b # comment
[submodule "no path"]
  url = https://example.com/x
`;
  expect(parseGitmodules(text)).toEqual([
    { path: 'libs/a', url: '../a.git' },
    { path: 'libs/b', url: 'https://example.com/b c.git' },
  ]);
});

const parent = new URL('https://example.com/group/app.git');

test.each([
  ['../lib.git', 'https://example.com/group/lib.git'],
  ['../../other/lib', 'https://example.com/other/lib'],
  ['./inner', 'https://example.com/group/app.git/inner'],
  ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
])('%s is %s', (url, want) => {
  expect(resolveSubmoduleUrl(parent, url)).toBe(want);
});

// security case 32
test.each(['ext::sh -c id', '-u./x', 'file:///etc', 'git@host:x', 'ssh://host/x', '/abs', ''])('refuses %j', (url) => {
  expect(() => resolveSubmoduleUrl(parent, url)).toThrow(
    'the address of a submodule must be relative, or http or https',
  );
});
