import { YamlError, attachComments, parseDocument, toJson, type Data, type Node } from '@sluice/manifest';
import { KustomizeError } from '../errors.ts';
import { nodeData } from '../node-data.ts';
import { printTree } from '../print-tree.ts';
import { isIndex, isQuery } from './path.ts';

/**
 * Reads the YAML or JSON inside a scalar.
 * @param next the step of a path that is to follow; the error for text without content tells what it wanted
 * @throws KustomizeError when it is neither
 */
export function parseStructured(text: string, next = ''): Node {
  try {
    const document = parseDocument(text);
    attachComments(document);
    if (document.root !== undefined) return document.root;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(error.message, {}, { cause: error });
  }
  const wanted = isIndex(next) || isQuery(next) ? 'SequenceNode' : 'MappingNode';
  throw new KustomizeError(`wrong node kind: expected ${wanted} but got : node contents:\nnull\n`);
}

/** Writes a changed document back in the form that it had: JSON as JSON, indented or compact, anything else as YAML. */
export function printStructured(root: Node, original: string): string {
  const first = original.trim()[0];
  if (first !== '{' && first !== '[') return printTree(root).trim();
  const data = nodeData(root);
  return original.includes('\n') && original.includes('  ') ? indentedJson(data) : toJson(data);
}

function indentedJson(data: Data): string {
  return indent(data, '');
}

function indent(data: Data, margin: string): string {
  const inner = `${margin}  `;
  if (Array.isArray(data)) {
    return data.length === 0 ? '[]' : `[\n${data.map((item) => inner + indent(item, inner)).join(',\n')}\n${margin}]`;
  }
  if (typeof data !== 'object' || data === null) return toJson(data);
  const keys = Object.keys(data).sort();
  if (keys.length === 0) return '{}';
  const lines = keys.map((key) => `${inner}${toJson(key)}: ${indent(data[key] ?? null, inner)}`);
  return `{\n${lines.join(',\n')}\n${margin}}`;
}
