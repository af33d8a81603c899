import { cpuMs } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { compileGlob } from './match.ts';

const utf8 = new TextEncoder();

function matches(pattern: string, name: string): boolean | undefined {
  return compileGlob(utf8.encode(pattern))?.(utf8.encode(name));
}

test.each([
  ['', ''],
  ['*', ''],
  ['*', 'a/b'],
  ['a*', 'a'],
  ['*a*b', 'xaaxb'],
  ['*.tar.gz', 'c.tar.gz'],
  ['a*b*c', 'a-b-b-c'],
  ['**', 'abc'],
  ['?', 'é'],
  ['?', '日'],
  ['[a-c]x', 'bx'],
  ['[^a-c]x', 'dx'],
  ['[é]', 'é'],
  ['[\\]]', ']'],
  ['[\\-a]', '-'],
  ['[!a]', '!'],
  ['\\*', '*'],
  ['\\a', 'a'],
  ['*??', '日'], // a star may end within a code point, whose other bytes count one by one
])('%j matches %j', (pattern, name) => {
  expect(matches(pattern, name)).toBe(true);
});

test.each([
  ['', 'a'],
  ['a', ''],
  ['a', 'ab'],
  ['?', ''],
  ['?', 'ab'],
  ['??', 'é'],
  ['a*b', 'abc'],
  ['*a', 'ab'],
  ['[a-c]', 'd'],
  ['[^a]', 'a'],
  ['[c-a]', 'b'],
  ['[!a]', 'b'],
  ['\\*', 'a'],
  ['A', 'a'],
])('%j does not match %j', (pattern, name) => {
  expect(matches(pattern, name)).toBe(false);
});

describe('malformed', () => {
  test.each(['[', '[a', '[]', '[]a]', '[^]', '[a-]', '[-a]', '[a-', '\\', 'a\\', '[\\', '[\\]', 'x[a'])(
    '%j',
    (pattern) => {
      expect(compileGlob(utf8.encode(pattern))).toBeUndefined();
    },
  );
});

test('takes time linear in the length of the name', () => {
  const started = cpuMs();
  expect(matches(`${'*a'.repeat(30)}b`, 'a'.repeat(20_000))).toBe(false);
  expect(cpuMs() - started).toBeLessThan(1000);
});
