import { toLower, toUpper } from './text.ts';

type WordKind = 'upper' | 'alphabet' | 'number' | 'connector' | 'punctuation' | 'other' | 'none';

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

export function toSnakeCase(text: string): string {
  return joinWords(text, '_');
}

export function toKebabCase(text: string): string {
  return joinWords(text, '-');
}

/** `some_words` becomes `SomeWords`; of several connectors in a row all but one stay. */
export function toPascalCase(text: string): string {
  const chars = Array.from(text);
  const first = chars.findIndex((char) => !isConnector(char));
  if (first < 0) return text;
  let result = chars.slice(0, first).join('');
  let isUpperWord = isUpper(chars[first]!);
  let last = toUpper(chars[first]!);
  for (const char of chars.slice(first + 1)) {
    let next = char;
    if (isConnector(next) && isConnector(last)) {
      result += last;
      continue;
    }
    if (isConnector(last)) {
      isUpperWord = isUpper(next);
      next = toUpper(next);
    } else {
      if (isUpperWord && isUpper(next)) next = toLower(next);
      else isUpperWord = false;
      result += last;
    }
    last = next;
  }
  return result + last;
}

/** Lower case with a connector between words; numbers stay with the word before them where that reads well. */
function joinWords(text: string, connector: string): string {
  const words = splitWords(text);
  let at = 0;
  let result = '';
  const kindAt = (index: number): WordKind => words[index]?.kind ?? 'none';
  const isSolid = (index: number) => !['none', 'punctuation', 'connector'].includes(kindAt(index));
  const takeRun = () => {
    for (; kindAt(at) === 'alphabet' || kindAt(at) === 'number'; at++) result += words[at]!.text;
  };
  while (at < words.length) {
    const { kind, text: word } = words[at]!;
    at++;
    if (kind === 'connector') {
      result += connector.repeat(Array.from(word).length);
      continue;
    }
    result += kind === 'upper' ? toLower(word) : word;
    if (at >= words.length || kind === 'punctuation') continue;
    if (kind === 'number') {
      takeRun();
      if (isSolid(at)) result += connector;
    } else if (kindAt(at) !== 'number') {
      if (isSolid(at)) result += connector;
    } else if (at + 1 < words.length) {
      const number = words[at++]!.text;
      if (kindAt(at) !== 'alphabet') {
        result += number;
        if (isSolid(at)) result += connector;
      } else {
        result += connector + number;
        takeRun();
        if (isSolid(at)) result += connector;
      }
    }
  }
  return result;
}

function splitWords(text: string): Word[] {
  const patterns: readonly [WordKind, RegExp][] = [
    ['connector', /^[-_\s]+/u],
    ['punctuation', /^(?:(?![-_])\p{P})+/u],
    // Of `HTTPServer` the `S` begins the next word.
    ['upper', /^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}{2,}(?!\p{Ll})|^\p{Lu}\p{Ll}*/u],
    ['alphabet', /^\p{Ll}+/u],
    ['number', /^\p{N}+/u],
    ['other', /^[^-_\s\p{P}\p{Lu}\p{Ll}\p{N}]+/u],
  ];
  const words: Word[] = [];
  for (let rest = text; rest !== '';) {
    const [kind, match] = patterns
      .map(([name, pattern]) => [name, pattern.exec(rest)?.[0]] as const)
      .find(([, found]) => found !== undefined) ?? ['other', Array.from(rest)[0]];
    words.push({ kind, text: match ?? '' });
    rest = rest.slice((match ?? ' ').length);
  }
  return words;
}

function isConnector(char: string): boolean {
  return /^[-_\s]$/u.test(char);
}

function isUpper(char: string): boolean {
  return /^\p{Lu}$/u.test(char);
}
