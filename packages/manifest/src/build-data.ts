import { decodeBinary } from './binary.ts';
import { setProperty, type Data, type DataObject } from './data.ts';
import { YamlError, errorAt } from './error.ts';
import { foldAgain } from './fold-again.ts';
import { Folding } from './folding.ts';
import { goSyntax } from './go-syntax.ts';
import { maxDepth, maxListedDuplicates } from './limits.ts';
import type { MappingNode, Node, ScalarNode } from './node.ts';
import { resolvePlain, resolveTag, resolveTagged } from './resolve.ts';

const unprintable = /[\x7f-\x9f\ufffe\uffff]/;
const forbidden = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Where a scalar stands; it decides how kustomize would write it. */
interface Place {
  readonly inFlow: boolean;
  readonly isKey: boolean;
}

/**
 * The data of a resource as kustomize prints it: types are decided as if the tree was written as YAML and read again.
 * So a text without a tag is resolved anew, folded scalars change, and an empty value in `{…}` becomes `''`.
 * @param root a tree without aliases (`expandAliases`)
 * @throws YamlError with upstream's reason: a key that is no string, a duplicate key, a text that is not of its tag
 * @see engine §5.2
 */
export function toBuildData(root: Node): Data {
  const conversion = new Conversion();
  const data = conversion.convert(root, { inFlow: false, isKey: false }, 0);
  conversion.throwCollected();
  return data;
}

class Conversion {
  /** What go-yaml reports together after decoding. */
  readonly #decodeErrors: { line: number; text: string; node: Node }[] = [];
  /** The first thing that cannot be JSON, which is found out after all decoding. */
  #jsonError: YamlError | undefined;
  #printError: YamlError | undefined;

  convert(node: Node, place: Place, depth: number): Data {
    if (node.kind === 'scalar') return this.#convertScalar(node, place);
    if (node.kind === 'alias') return this.convert(node.target, place, depth + 1);
    if (depth >= maxDepth) throw errorAt(`yaml: exceeded max depth of ${maxDepth}`, node);
    const inside = { inFlow: place.inFlow || node.flow, isKey: false };
    if (node.kind === 'sequence') return node.items.map((item) => this.convert(item, inside, depth + 1));
    return this.#convertMapping(node, inside, depth);
  }

  throwCollected(): void {
    const [first] = this.#decodeErrors;
    if (first !== undefined) {
      const lines = this.#decodeErrors.map(({ line, text }) => `\n  line ${line}: ${text}`);
      throw errorAt(`yaml: unmarshal errors:${lines.join('')}`, first.node);
    }
    const error = this.#jsonError ?? this.#printError;
    if (error !== undefined) throw error;
  }

  #convertScalar(node: ScalarNode, place: Place): Data {
    const value = scalarValue(node, place);
    if (typeof value === 'string') return this.#asPrinted(value, node);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
      this.#jsonError ??= errorAt(`json: unsupported value: ${name}`, node);
    }
    return value;
  }

  /** At last the data goes through JSON that is read as YAML: with line breaks in quotes, and characters that are not allowed. */
  #asPrinted(text: string, node: Node): string {
    if (!unprintable.test(text)) return text;
    if (forbidden.test(text)) this.#printError ??= errorAt('yaml: control characters are not allowed', node);
    return foldNextLines(text);
  }

  #convertMapping(node: MappingNode, inside: Place, depth: number): DataObject {
    const object: DataObject = {};
    if (this.#reportDuplicates(node)) return object;
    for (let i = 0; i < node.items.length; i += 2) {
      const key = this.#convertKey(node.items[i]!, inside, depth === 0);
      const value = this.convert(node.items[i + 1]!, inside, depth + 1);
      setProperty(object, key, value);
    }
    return object;
  }

  /** The keys of the root are decoded into Go strings, so that any scalar will do; further in only strings are keys. */
  #convertKey(key: Node, inside: Place, isRoot: boolean): string {
    if (key.kind !== 'scalar') {
      if (!isRoot) throw errorAt(`yaml: invalid map key: ${goSyntax(this.convert(key, inside, 1), 'string')}`, key);
      this.#collect(key, `cannot unmarshal ${key.tag} into string`);
      return '';
    }
    const value = scalarValue(key, { inFlow: inside.inFlow, isKey: true });
    if (!isRoot && value === null) {
      const line = key.line + (inside.inFlow ? 0 : 1);
      this.#collect(key, `mapping key ${JSON.stringify(key.value)} already defined at line ${key.line}`, line);
    }
    if (!isRoot && !isStringKey(key)) {
      this.#jsonError ??= errorAt('json: unsupported type: map[interface {}]interface {}', key);
    }
    return this.#asPrinted(key.tag === '!!binary' ? String(value) : key.value, key);
  }

  /** Reports each pair of equal keys. @returns whether there is one */
  #reportDuplicates(node: MappingNode): boolean {
    const seen = new Set<string>();
    for (let i = 0; i < node.items.length; i += 2) seen.add(keyIdentity(node.items[i]!));
    if (seen.size * 2 === node.items.length) return false;
    for (let i = 0; i < node.items.length; i += 2) {
      const first = node.items[i]!;
      for (let j = i + 2; j < node.items.length; j += 2) {
        const second = node.items[j]!;
        if (keyIdentity(first) !== keyIdentity(second)) continue;
        if (this.#decodeErrors.length === maxListedDuplicates) return true;
        this.#collect(second, `mapping key ${JSON.stringify(keyText(second))} already defined at line ${first.line}`);
      }
    }
    return true;
  }

  #collect(node: Node, text: string, line = node.line): void {
    this.#decodeErrors.push({ line, text, node });
  }
}

/** Reads U+0085 as the line break that it is inside double quotes: with the blanks around it. */
function foldNextLines(text: string): string {
  const folding = new Folding();
  const parts = text.split('\u0085');
  let result = '';
  parts.forEach((part, i) => {
    if (i > 0) folding.add('\n');
    const inner = trimSpaces(part, { start: i > 0, end: i < parts.length - 1 });
    if (inner === '' && i > 0 && i < parts.length - 1) return;
    result += (i > 0 ? folding.take() : '') + inner;
  });
  return result;
}

function trimSpaces(text: string, sides: { start: boolean; end: boolean }): string {
  let start = 0;
  let end = text.length;
  while (sides.start && text[start] === ' ') start++;
  while (sides.end && end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

function keyText(key: Node): string {
  return key.kind === 'scalar' ? key.value : '';
}

function keyIdentity(key: Node): string {
  return key.kind === 'scalar' ? key.value : `\0${key.kind}`;
}

function isStringKey(key: ScalarNode): boolean {
  if (key.tagged) return key.tag === '!!str';
  if (isNothing(key)) return true;
  if (key.style === 'plain') return effectiveTag(key) === '!!str' || effectiveTag(key) === '!!merge';
  return key.tag === '!!str' || key.tag === '' || resolveTag(key.value) === key.tag;
}

/** What stands where nothing is written. In flow context and as a key go-yaml writes it as `''`, which is a string. */
function isNothing(node: ScalarNode): boolean {
  return node.value === '' && node.style === 'plain' && !node.tagged && node.tag !== '!!str';
}

function effectiveTag(node: ScalarNode): string {
  return node.tag === '' ? resolveTag(node.value) : node.tag;
}

function scalarValue(node: ScalarNode, place: Place): null | boolean | number | bigint | string {
  const { value, tag, style } = node;
  if (tag === '!!binary') return decodeBinary(value);
  if (tag === '!!str') return asString(node, place);
  if (node.tagged) return taggedValue(node);
  if (style !== 'plain') return tag === '' || resolveTag(value) === tag ? asString(node, place) : taggedValue(node);
  if (isNothing(node) && (place.inFlow || place.isKey)) return '';
  return tag === '' ? resolvePlain(value).value : taggedValue(node);
}

function taggedValue(node: ScalarNode): null | boolean | number | bigint | string {
  try {
    return resolveTagged(node.value, node.tag).value;
  } catch (error) {
    throw error instanceof YamlError ? errorAt(error.message, node) : error;
  }
}

/** Block scalars keep their style only in block context; a folded one comes back changed. */
function asString(node: ScalarNode, { inFlow, isKey }: Place): string {
  return node.style === 'folded' && !inFlow && !isKey ? foldAgain(node.value) : node.value;
}
