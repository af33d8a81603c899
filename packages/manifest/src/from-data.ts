import type { Data } from './data.ts';
import { MappingNode, ScalarNode, SequenceNode, stringNode, type Node } from './node.ts';
import { toJson } from './json.ts';

/** Nodes of plain data, in block style and with the tags of their types. Keys keep their order. */
export function fromData(data: Data): Node {
  if (Array.isArray(data)) return new SequenceNode(data.map((item) => fromData(item)));
  if (typeof data === 'object' && data !== null) {
    return new MappingNode(Object.entries(data).flatMap(([key, value]) => [stringNode(key), fromData(value)]));
  }
  return typeof data === 'string' ? stringNode(data) : new ScalarNode(toJson(data), tagOf(data));
}

function tagOf(data: null | boolean | number | bigint): string {
  if (data === null) return '!!null';
  if (typeof data === 'boolean') return '!!bool';
  return typeof data === 'bigint' || Number.isSafeInteger(data) ? '!!int' : '!!float';
}
