import { describe, expect, test } from 'vitest';
import { expandAliases, parseAllDocuments, parseDocument, stringify, toBuildData, toData, toJson } from './index.ts';

// yaml 8-29: a result or a clean error, and no stack overflow; the time limit of a test is the bound against a hang.
const readers = {
  build: (text: string) => stringify(toBuildData(expandAliases(parseDocument(text).root!))),
  json: (text: string) => toJson(toData(parseDocument(text, { setting: 'json' }))),
};

describe.each(Object.entries(readers))('the setting %s', (_, read) => {
  test.each([
    ['flow', '['.repeat(5000) + ']'.repeat(5000)],
    ['flow maps', '{a: '.repeat(5000)],
    ['block', Array.from({ length: 5000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['lists', `${'- '.repeat(5000)}a`],
    ['keys', `${'? '.repeat(5000)}a`],
    ['unclosed', '['.repeat(1_000_000)],
  ])('refuses %s nested too deep', (_, text) => {
    expect(() => read(text)).toThrow(/^yaml: (line \d+: )?exceeded max depth of 1000$/);
  });

  test('takes 990 levels', () => {
    expect(read(`a: ${'['.repeat(990)}${']'.repeat(990)}`)).toContain('[]');
  });

  test('refuses aliases that multiply', () => {
    const level = (i: number) => `a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]\n`;
    const bomb = `a0: &a0 [x, x, x]\n${Array.from({ length: 9 }, (_, i) => level(i + 1)).join('')}`;
    expect(() => read(bomb)).toThrow('yaml: document contains excessive aliasing');
  });

  test('refuses anchors inside themselves', () => {
    for (const text of ['a: &a [*a]', 'a: &a {b: {c: *a}}', 'a: &a {<<: *a}', 'a: &a {b: 1, <<: [*a]}']) {
      expect(() => read(text)).toThrow("yaml: anchor 'a' value contains itself");
    }
  });

  test.each([
    ['keys', Array.from({ length: 60_000 }, (_, i) => `key${i}: ${i}\n`).join('')],
    ['flow items', `a: [${'1, '.repeat(200_000)}]`],
    ['plain text', `a: ${'x'.repeat(16 << 20)}`],
    ['words', `a: ${'word '.repeat(1 << 18)}`],
    ['digits', `a: ${'1'.repeat(4 << 20)}`],
    ['literal lines', `a: |\n${'  xyz\n'.repeat(1 << 18)}`],
    ['folded lines', `a: >\n${'  xyz\n'.repeat(1 << 18)}`],
    ['blank lines', `a: |+\n${'\n'.repeat(1 << 20)}`],
    ['comments', `${'# c\n'.repeat(1 << 19)}a: 1`],
    ['anchors', Array.from({ length: 100_000 }, (_, i) => `a${i}: &a${i} x\n`).join('')],
  ])('takes very many %s', (_, text) => {
    expect(read(text).length).toBeGreaterThan(3);
  });
});

test('takes a million separators', () => {
  expect(parseAllDocuments('---\n'.repeat(1_000_000))).toEqual([]);
});

test('lists a bounded number of equal keys', () => {
  expect(() => readers.build('a: 1\n'.repeat(20_000))).toThrow('mapping key "a" already defined at line 1');
});
