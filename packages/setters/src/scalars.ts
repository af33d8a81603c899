import type { Node, ScalarNode } from '@sluice/manifest';

/** A scalar that a marker may set, and the item before it when it is one of a sequence. */
export interface Place {
  readonly scalar: ScalarNode;
  readonly before: Node | undefined;
}

/**
 * The values of maps and the items of sequences that are scalars, in the order of the text. Keys and aliases are not
 * among them, nor what stands under the second and later ones of equal keys.
 */
export function settableScalars(root: Node): Place[] {
  const places: Place[] = [];
  visit(root, places);
  return places;
}

function visit(node: Node, places: Place[]): void {
  if (node.kind === 'sequence') {
    node.items.forEach((item, index) => add(item, node.items[index - 1], places));
  } else if (node.kind === 'mapping') {
    const seen = new Set<string>();
    for (let i = 0; i < node.items.length; i += 2) {
      const key = node.items[i];
      if (key?.kind === 'scalar' && seen.has(key.value)) continue;
      if (key?.kind === 'scalar') seen.add(key.value);
      add(node.items[i + 1]!, undefined, places);
    }
  }
}

function add(node: Node, before: Node | undefined, places: Place[]): void {
  if (node.kind === 'scalar') places.push({ scalar: node, before });
  else visit(node, places);
}
