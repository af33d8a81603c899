import { decodeBinary } from './binary.ts';
import { setProperty, type Data, type DataObject } from './data.ts';
import { errorAt, type YamlError } from './error.ts';
import { goSyntax } from './go-syntax.ts';
import { maxDepth, maxExpandedNodes } from './limits.ts';
import type { AliasNode, MappingNode, Node, ScalarNode } from './node.ts';
import { formatGoFloat, maxInt64 } from './numbers.ts';
import type { Document } from './read.ts';
import { resolvePlain, resolveTagged, type Resolved } from './resolve.ts';

type ScalarValue = null | boolean | number | bigint | string;

/**
 * The data of a document as `sigs.k8s.io/yaml` makes JSON of it: keys become text, of equal keys the last wins, a `<<`
 * takes effect where it stands. An empty document is `null`.
 * @param document read with the setting `json`; with `build` words such as `yes` are strings
 * @throws YamlError
 */
export function toData({ root, setting }: Pick<Document, 'root' | 'setting'>): Data {
  if (root === undefined) return null;
  const conversion = new Conversion(setting);
  const data = conversion.convert(root, 0);
  conversion.throwCollected(data);
  return data;
}

class Conversion {
  readonly #setting: Document['setting'];
  readonly #openAliases = new Set<Node>();
  #count = 0;
  /** What the libraries find out only after all decoding: a key that is no text, then a value that is no JSON. */
  #keyError: YamlError | undefined;
  #valueError: YamlError | undefined;

  constructor(setting: Document['setting']) {
    this.#setting = setting;
  }

  convert(node: Node, depth: number): Data {
    if (node.kind === 'alias') return this.#convertAlias(node, (target) => this.convert(target, depth + 1));
    if (node.kind === 'scalar') return this.#convertScalar(node);
    this.#checkLimits(node, depth);
    if (node.kind === 'sequence') return node.items.map((item) => this.convert(item, depth + 1));
    const object: DataObject = {};
    this.#fill(object, node, depth);
    return object;
  }

  throwCollected(data: Data): void {
    if (this.#keyError !== undefined) throw this.#keyError;
    // Another value under the same key may have replaced the bad one.
    if (this.#valueError !== undefined && holdsNonFinite(data)) throw this.#valueError;
  }

  #convertAlias<T>(alias: AliasNode, convert: (target: Node) => T): T {
    const { target, name } = alias;
    if (this.#openAliases.has(target)) throw errorAt(`yaml: anchor '${name}' value contains itself`, alias);
    this.#openAliases.add(target);
    const result = convert(target);
    this.#openAliases.delete(target);
    return result;
  }

  #convertScalar(node: ScalarNode): Data {
    if (this.#openAliases.size > 0) this.#checkLimits(node, 0);
    const value = this.#valueOf(node);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
      this.#valueError ??= errorAt(`json: unsupported value: ${name}`, node);
    }
    return value;
  }

  #valueOf(node: ScalarNode): ScalarValue {
    if (node.tagged) {
      if (node.tag === '!!binary') return decodeBinary(node.value);
      return keepTime(node, resolveTagged(node.value, node.tag, this.#setting));
    }
    if (node.style !== 'plain' || node.tag === '!!str') return node.value;
    return keepTime(node, resolvePlain(node.value, this.#setting));
  }

  #fill(object: DataObject, node: MappingNode, depth: number): void {
    for (let i = 0; i < node.items.length; i += 2) {
      const key = node.items[i]!;
      const value = node.items[i + 1]!;
      if (isMerge(key)) this.#merge(object, value, depth);
      else setProperty(object, this.#keyText(key, value), this.convert(value, depth + 1));
    }
  }

  #merge(object: DataObject, value: Node, depth: number): void {
    const sources = value.kind === 'sequence' ? value.items.toReversed() : [value];
    for (const source of sources) {
      const target = source.kind === 'alias' ? source.target : source;
      if (target.kind !== 'mapping') {
        throw errorAt('yaml: map merge requires map or sequence of maps as the value', source);
      }
      this.#checkLimits(target, depth);
      if (source.kind === 'alias') this.#convertAlias(source, () => this.#fill(object, target, depth + 1));
      else this.#fill(object, target, depth + 1);
    }
  }

  #keyText(key: Node, value: Node): string {
    const node = key.kind === 'alias' ? key.target : key;
    if (node.kind !== 'scalar') {
      throw errorAt(`yaml: invalid map key: ${goSyntax(this.convert(node, 0), 'interface {}')}`, key);
    }
    const data = this.#valueOf(node);
    if (data === null || (typeof data === 'bigint' && data > maxInt64)) this.#rejectKey(key, data, value);
    return typeof data === 'number' && this.#isFloat(node) ? formatFloatKey(data) : String(data);
  }

  #rejectKey(key: Node, data: bigint | null, value: Node): void {
    const [type, shown] = data === null ? ['%!s(<nil>)', '<nil>'] : ['uint64', `0x${data.toString(16)}`];
    const shownValue = goSyntax(this.convert(value, 0), 'interface {}').replace(/^interface \{\}\(nil\)$/, '<nil>');
    this.#keyError ??= errorAt(`unsupported map key of type: ${type}, key: ${shown}, value: ${shownValue}`, key);
  }

  #isFloat(node: ScalarNode): boolean {
    return (node.tagged ? node : resolvePlain(node.value, this.#setting)).tag === '!!float';
  }

  #checkLimits(node: Node, depth: number): void {
    if (depth >= maxDepth) throw errorAt(`yaml: exceeded max depth of ${maxDepth}`, node);
    if (this.#openAliases.size > 0 && ++this.#count > maxExpandedNodes) {
      throw errorAt('yaml: document contains excessive aliasing', node);
    }
  }
}

function isMerge(key: Node): boolean {
  if (key.kind !== 'scalar' || key.value !== '<<') return false;
  return key.tag === '!!merge' || key.tag === '!' || (key.style === 'plain' && !key.tagged);
}

function holdsNonFinite(data: Data): boolean {
  if (typeof data === 'number') return !Number.isFinite(data);
  return typeof data === 'object' && data !== null && Object.values(data).some(holdsNonFinite);
}

/** v2 keeps the text of what looks like a time. */
function keepTime(node: ScalarNode, { tag, value }: Resolved): ScalarValue {
  return tag === '!!timestamp' ? node.value : value;
}

/** Go takes a key that is a float for one of 32 bits. */
function formatFloatKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  return formatGoFloat(value, 32);
}
