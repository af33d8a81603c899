import { errorAt } from './error.ts';
import { maxDepth, maxExpandedNodes } from './limits.ts';
import { copyNode, type AliasNode, type MappingNode, type Node, type ScalarNode } from './node.ts';

/**
 * Replaces each alias by a copy of what it refers to, merges what stands under `<<`, and drops anchors, as kustomize
 * does on loading: keys of the map itself win wherever `<<` stands, and of several merged maps the earlier one.
 * @returns the root; the tree is changed in place
 * @throws YamlError on a second `<<`, a merge of what is no map, an anchor inside itself, and beyond the limits
 * @see go-yaml v3 and kyaml; a quoted `<<` vanishes with its value there, too
 */
export function expandAliases(root: Node): Node {
  return new Expansion().expand(root, 0);
}

class Expansion {
  /** Collections around the current node: an alias to one of them has no end. */
  readonly #open = new Set<Node>();
  #copied = 0;

  expand(node: Node, depth: number): Node {
    if (node.kind === 'alias') return this.#copyTarget(node, depth);
    node.anchor = undefined;
    if (node.kind === 'scalar') return node;
    if (depth >= maxDepth) throw errorAt(`yaml: exceeded max depth of ${maxDepth}`, node);
    this.#open.add(node);
    const { items } = node;
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      // A merge is resolved against the anchors, which `mergeInto` follows itself.
      const isMergeValue = node.kind === 'mapping' && i % 2 === 1 && isMergeKey(items[i - 1]!);
      if (!isMergeValue) items[i] = this.expand(item, depth + 1);
    }
    if (node.kind === 'mapping') this.#merge(node, depth);
    this.#open.delete(node);
    return node;
  }

  #copyTarget(alias: AliasNode, depth: number): Node {
    const { target } = alias;
    this.#checkOpen(alias);
    this.#count(target, depth, alias);
    const copy = copyNode(target);
    copy.anchor = undefined;
    return copy;
  }

  #checkOpen(alias: AliasNode): void {
    if (this.#open.has(alias.target)) throw errorAt(`yaml: anchor '${alias.name}' value contains itself`, alias);
  }

  /** Counts the nodes that a copy of `node` adds, before it is made. */
  #count(node: Node, depth: number, alias: AliasNode): void {
    if (depth > maxDepth) throw errorAt(`yaml: exceeded max depth of ${maxDepth}`, alias);
    if (++this.#copied > maxExpandedNodes) throw errorAt('yaml: document contains excessive aliasing', alias);
    if (node.kind === 'mapping' || node.kind === 'sequence') {
      for (const item of node.items) this.#count(item, depth + 1, alias);
    }
  }

  #merge(node: MappingNode, depth: number): void {
    const first = indexOfMergeText(node);
    if (first < 0) return;
    const sources = this.#findSources(node, depth);
    node.items = node.items.filter((_, i, items) => {
      const keyIndex = i - (i % 2);
      return keyIndex !== first && !isMergeKey(items[keyIndex]!);
    });
    if (sources.length === 0) return;
    const present = new Set(keysOf(node));
    for (const source of sources) this.#mergeInto(node, source, present);
  }

  #mergeInto(node: MappingNode, source: MappingNode, present: Set<string>): void {
    for (let i = 0; i < source.items.length; i += 2) {
      const key = source.items[i]!;
      const text = key.kind === 'scalar' ? key.value : '';
      if (present.has(text)) continue;
      present.add(text);
      this.#copied += 2;
      if (this.#copied > maxExpandedNodes) throw errorAt('yaml: document contains excessive aliasing', node);
      node.items.push(copyNode(key), copyNode(source.items[i + 1]!));
    }
  }

  /** The maps to merge, expanded; those that win first. */
  #findSources(node: MappingNode, depth: number): MappingNode[] {
    let value: Node | undefined;
    for (let i = 0; i < node.items.length; i += 2) {
      const key = node.items[i]!;
      if (!isMergeKey(key)) continue;
      if (value !== undefined) throw errorAt('duplicate merge key', key);
      value = node.items[i + 1];
    }
    if (value === undefined) return [];
    if (value.kind !== 'sequence') return [this.#asMap(value, depth)];
    return value.items.map((item) => {
      if (item.kind === 'sequence') throw errorAt('invalid map merge: received a nested sequence', item);
      return this.#asMap(item, depth);
    });
  }

  #asMap(value: Node, depth: number): MappingNode {
    if (value.kind === 'mapping') return this.#expandMap(value, depth);
    if (value.kind !== 'alias') throw errorAt('map merge requires map or sequence of maps as the value', value);
    this.#checkOpen(value);
    if (value.target.kind !== 'mapping') {
      throw errorAt('invalid map merge: received alias for a non-map value', value);
    }
    return value.target;
  }

  #expandMap(value: MappingNode, depth: number): MappingNode {
    this.expand(value, depth + 1);
    return value;
  }
}

function isMergeKey(key: Node): key is ScalarNode {
  return key.kind === 'scalar' && key.tag === '!!merge';
}

function indexOfMergeText(node: MappingNode): number {
  for (let i = 0; i < node.items.length; i += 2) {
    const key = node.items[i]!;
    if (key.kind === 'scalar' && key.value === '<<') return i;
  }
  return -1;
}

function keysOf(node: MappingNode): string[] {
  const keys: string[] = [];
  for (let i = 0; i < node.items.length; i += 2) {
    const key = node.items[i]!;
    keys.push(key.kind === 'scalar' ? key.value : '');
  }
  return keys;
}
