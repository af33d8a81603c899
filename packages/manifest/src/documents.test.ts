import { describe, expect, test } from 'vitest';
import { parseAllDocuments, splitDocuments, type ScalarNode } from './index.ts';

describe('a file is split', () => {
  // engine 4-1
  test.each([
    { text: 'a\n---\nb\n', pieces: ['a\n', 'b\n'] },
    { text: '---\na\n---\nb', pieces: ['---\na\n', 'b'] },
    { text: 'a\n---', pieces: ['a\n---'] },
    { text: 'a\n--- # c\nb\n', pieces: ['a\n', 'b\n'] },
    { text: 'a\n---\t \nb\n', pieces: ['a\n', 'b\n'] },
    { text: 'a\r\n---\r\nb\r\n', pieces: ['a\n', 'b\n'] },
    { text: 'a\n---\n---\nb\n', pieces: ['a\n', '---\nb\n'] },
    { text: 'a\n---\n\n---\nb\n', pieces: ['a\n', '\n', 'b\n'] },
    { text: 'a: |\n---\nb\n', pieces: ['a: |\n', 'b\n'] },
    { text: 'a\n ---\nb\n', pieces: ['a\n ---\nb\n'] },
    { text: '', pieces: [''] },
  ])('$text', ({ text, pieces }) => {
    expect(splitDocuments(text).map((piece) => piece.text)).toEqual(pieces);
  });

  test('and each piece knows its lines', () => {
    expect(splitDocuments('a\nb\n---\nc\n---\n---\nd\n').map((piece) => piece.firstLine)).toEqual([0, 3, 5]);
  });

  test.each(['a\n--- b\n', 'a\n---b\n', 'a\n----\n', 'a\n---\ufeff\n'])('not at %j', (text) => {
    expect(() => splitDocuments(text)).toThrow(`invalid document separator: ${text.split('\n')[1]}`);
  });
});

test('documents without content are left out', () => {
  const texts = parseAllDocuments('# c\n---\n~\n---\na\n---\n\n---\nnull # c\n---\nb\n---\n').map(
    ({ root }) => (root as ScalarNode).value,
  );
  expect(texts).toEqual(['a', 'b']);
});
