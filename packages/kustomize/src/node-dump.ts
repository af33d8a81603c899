import { toJson } from '@sluice/manifest';
import type { Node, ScalarNode } from './tree.ts';

/**
 * A tree as JSON of upstream's node structure, styles and positions included: what it hashes for kinds that are
 * neither ConfigMap nor Secret (engine §8.5).
 * @param text that the tree was parsed from; nodes made by the engine have no position
 */
export function dumpNode(node: Node, text: string): string {
  const isScalar = node.kind === 'scalar';
  const items = isScalar || node.kind === 'alias' ? [] : node.items;
  const content = items.length === 0 ? 'null' : `[${items.map((item) => dumpNode(item, text)).join(',')}]`;
  const fields: [string, string][] = [
    ['Kind', String(kindNumbers[node.kind])],
    ['Style', String(styleNumber(node))],
    ['Tag', toJson(isScalar || node.line > 0 ? node.tag : '')], // collections that the engine makes have none
    ['Value', toJson(isScalar ? node.value : '')],
    ['Anchor', '""'],
    ['Alias', 'null'],
    ['Content', content],
    ['HeadComment', toJson(node.comments?.head ?? '')],
    ['LineComment', toJson(node.comments?.line ?? '')],
    ['FootComment', '""'],
    ['Line', String(node.line)],
    ['Column', String(node.line === 0 ? 0 : columnOf(text, node.start))],
  ];
  return `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

const kindNumbers: Record<Node['kind'], number> = { sequence: 2, mapping: 4, scalar: 8, alias: 16 };

const scalarStyles: Record<ScalarNode['style'], number> = { plain: 0, double: 2, single: 4, literal: 8, folded: 16 };

function styleNumber(node: Node): number {
  const tagged = node.tagged ? 1 : 0;
  if (node.kind === 'scalar') return scalarStyles[node.style] + tagged;
  return (node.kind !== 'alias' && node.flow ? 32 : 0) + tagged;
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1);
}
