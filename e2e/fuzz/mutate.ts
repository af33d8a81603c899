import type { FuzzCase } from './layers.ts';
import type { Random } from './random.ts';
import { flowValues, misfits, texts } from './words.ts';

const inserted = [
  ' ',
  '\n',
  '"',
  "'",
  ':',
  '-',
  '#',
  '[',
  ']',
  '{',
  '}',
  ',',
  '\t',
  '  ',
  '---\n',
  '&a ',
  '*a',
  '!',
  '|',
  '>',
  '? ',
  '%',
  '<<: {a: b}\n',
];

/** The same case with some text of one of its files damaged or odd: most of it is an error, and the same one. */
export function mutated(original: FuzzCase, random: Random): FuzzCase {
  const path = random.pick([...original.files.keys()].filter((name) => name.endsWith('.yaml')));
  const files = new Map(original.files);
  files.set(
    path,
    random.list(1, 2, () => undefined).reduce((text: string) => mutateText(text, random), files.get(path)!),
  );
  return { ...original, files };
}

function mutateText(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.int(lines.length);
  const line = lines[at]!;
  const place = random.int(text.length + 1);
  return random.pick<() => string>([
    () => lines.toSpliced(at, 1).join('\n'),
    () => lines.toSpliced(at, 0, line).join('\n'),
    () => lines.with(at, line.replace(/: .*$/, `: ${random.pick([...texts, ...flowValues, ...misfits])}`)).join('\n'),
    () => lines.with(at, `  ${line}`).join('\n'),
    () => lines.with(at, line.replace(/^ {1,2}/, '')).join('\n'),
    () => text.slice(0, place) + random.pick(inserted) + text.slice(place),
    () => text.slice(0, place) + text.slice(place + 1 + random.int(3)),
    () => `${text}${random.pick([...texts, ...misfits])}\n`,
  ])();
}
