import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('cells are padded and each is followed by a tab, the last one too', () => {
  expect(
    formatTable(
      ['Name', 'Ready'],
      [
        ['web', 'True'],
        ['database', 'False'],
      ],
    ),
  ).toBe('NAME    \tREADY\t\nweb     \tTrue \t\ndatabase\tFalse\t\n');
});

// cli 25-17
test('a message of two lines takes two lines, with the other cells blank', () => {
  expect(formatTable([], [['a', 'one\ntwo lines']])).toBe('a\tone      \t\n \ttwo lines\t\n');
});

test('wide letters take two columns', () => {
  expect(formatTable(['N'], [['商店'], ['abcd']])).toBe('N   \t\n商店\t\nabcd\t\n');
});
