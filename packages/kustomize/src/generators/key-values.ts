import { KustomizeError, prefixErrors } from '../errors.ts';
import { baseName } from '../file-tree.ts';
import { listText, quoted } from '../go-text.ts';
import type { GeneratorEntry } from '../kustomization/types.ts';
import type { LayerContext } from '../layer-context.ts';
import type { Loader } from '../loader.ts';
import { tryDecodeText } from '../text.ts';

/** A value before it is known whether it is text. */
export type Content = string | Uint8Array;

/** The pairs of a generator: env files, literals, files, in this order; no key twice (engine §8.3). */
export function readPairs(
  layer: LayerContext,
  { name = '', envs = [], literals = [], files = [] }: GeneratorEntry,
): Map<string, Content> {
  const { loader } = layer;
  const pairs = prefixErrors('loading KV pairs', () => [
    ...prefixErrors(`env source files: ${listText(envs)}`, () => envs.flatMap((path) => envPairs(layer, path))),
    ...prefixErrors(`literal sources ${listText(literals)}`, () => literals.map(literalPair)),
    ...prefixErrors(`file sources: ${listText(files)}`, () => files.map((source) => filePair(loader, source))),
  ]);
  const map = new Map<string, Content>();
  for (const [key, value] of pairs) {
    if (map.has(key)) throw new KustomizeError(`configmap ${name} illegally repeats the key \`${key}\``);
    map.set(key, value);
  }
  return map;
}

type Pair = readonly [key: string, value: Content];

function envPairs({ loader, build }: LayerContext, path: string): Pair[] {
  const { bytes, path: file } = loader.load(path);
  const text = tryDecodeText(bytes);
  if (text === undefined) throw invalidLine(bytes, file);
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  // Upstream's reader stops at the first line that is too long for it, and says nothing.
  const tooLong = lines.findIndex((line) => line.length > maxEnvLine / 4 && Buffer.byteLength(line) >= maxEnvLine);
  if (tooLong >= 0)
    build.warn(`${file}:${tooLong + 1}: this line and those below are left out, as it has ${maxEnvLine} bytes or more`);
  const read = tooLong < 0 ? lines : lines.slice(0, tooLong);
  return read.flatMap((line) => envPair(line.endsWith('\r') ? line.slice(0, -1) : line));
}

const maxEnvLine = 65_536;

function invalidLine(bytes: Uint8Array, file: string): KustomizeError {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1'));
  const index = lines.findIndex((line) => tryDecodeText(line) === undefined);
  const line = lines[index] ?? Buffer.alloc(0);
  return new KustomizeError(`line [${[...line].join(' ')}] has invalid utf8 bytes : ${line.toString()}`, {
    file,
    line: index + 1,
    hint: 'env files must be UTF-8',
  });
}

function envPair(line: string): Pair[] {
  const trimmed = line.replace(leadingSpace, '');
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const index = trimmed.indexOf('=');
  if (index < 0) return [[trimmed, '']];
  return index === 0 ? [] : [[trimmed.slice(0, index), trimmed.slice(index + 1)]];
}

// White space by Unicode, as Go has it: without U+FEFF, with U+0085.
const leadingSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function literalPair(source: string): Pair {
  const index = source.indexOf('=');
  if (index <= 0) throw new KustomizeError(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, index), withoutQuotes(source.slice(index + 1))];
}

function withoutQuotes(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

function filePair(loader: Loader, source: string): Pair {
  const { key, path } = parseFileSource(source);
  const { bytes } = loader.load(path);
  return [key, tryDecodeText(bytes) ?? bytes];
}

function parseFileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  const [key = '', path = ''] = parts;
  if (parts.length === 1) return { key: baseName(source) || '.', path: source };
  if (parts.length > 2) throw new KustomizeError(`source ${quoted(source)} key name or file path contains '='`);
  if (key === '')
    throw new KustomizeError(`missing key name for file path ${quoted(path)} in source ${quoted(source)}`);
  if (path === '')
    throw new KustomizeError(`missing file path for key name ${quoted(key)} in source ${quoted(source)}`);
  return { key, path };
}
