import { scalarAgain, type Place } from './build-scalar.ts';
import { setProperty, type Data, type DataObject } from './data.ts';
import { errorAt, type YamlError } from './error.ts';
import { goSyntax } from './go-syntax.ts';
import { toJson } from './json.ts';
import { maxDepth, maxListedDuplicates } from './limits.ts';
import type { MappingNode, Node, ScalarNode } from './node.ts';
import { problemOfKey, problemOfText, readAgain } from './printed-text.ts';
import type { Resolved } from './resolve.ts';

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
  /** The first things that cannot be JSON, or cannot be read from it again: found out in this order after decoding. */
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
    const { tag, value } = scalarAgain(node, place);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
      this.#rejectJson(`json: unsupported value: ${name}`, node);
    }
    if (typeof value !== 'string') return value;
    if (tag === '!!timestamp' && hasOffsetOfDay(value)) {
      this.#rejectJson(
        'json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: timezone hour outside of range [0,23]',
        node,
      );
    }
    this.#rejectPrinted(problemOfText(value), node);
    return readAgain(value);
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

  #convertKey(key: Node, inside: Place, isRoot: boolean): string {
    if (key.kind !== 'scalar') return this.#rejectCollectionKey(key, inside, isRoot);
    const again = scalarAgain(key, { inFlow: inside.inFlow, isKey: true });
    if (again.value === null) this.#collectNullKey(key, inside);
    // Keys of the root are decoded into Go strings, so that any scalar will do.
    if (!isRoot && !isStringKey(again)) this.#rejectJson('json: unsupported type: map[interface {}]interface {}', key);
    const text = again.tag === '!!binary' ? String(again.value) : key.value;
    this.#rejectPrinted(problemOfText(text) ?? (text.length > 150 ? problemOfKey(toJson(text)) : undefined), key);
    return readAgain(text);
  }

  #rejectCollectionKey(key: Exclude<Node, ScalarNode>, inside: Place, isRoot: boolean): string {
    if (!isRoot) throw errorAt(`yaml: invalid map key: ${goSyntax(this.convert(key, inside, 1), 'string')}`, key);
    this.#collect(key, `cannot unmarshal ${key.tag} into string`);
    return '';
  }

  /** kyaml adds a null key once more, at the end of its map. */
  #collectNullKey(key: ScalarNode, inside: Place): void {
    const line = key.line + (inside.inFlow ? 0 : 1);
    this.#collect(key, `mapping key ${JSON.stringify(key.value)} already defined at line ${key.line}`, line);
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

  #rejectJson(problem: string, node: Node): void {
    this.#jsonError ??= errorAt(problem, node);
  }

  #rejectPrinted(problem: string | undefined, node: Node): void {
    if (problem !== undefined) this.#printError ??= errorAt(problem, node);
  }
}

function isStringKey({ tag }: Resolved): boolean {
  return tag === '!!str' || tag === '!!merge';
}

/** Offsets of 24 hours and more can be read but not written. */
function hasOffsetOfDay(time: string): boolean {
  return /[+-]2[45]:\d\d$/.test(time);
}

function keyText(key: Node): string {
  return key.kind === 'scalar' ? key.value : '';
}

function keyIdentity(key: Node): string {
  return key.kind === 'scalar' ? key.value : `\0${key.kind}`;
}
