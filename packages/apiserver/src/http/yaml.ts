import { parseDocument, toData, YamlError, type Node } from '@sluice/manifest';
import type { ParsedBody } from '../operations/decode.ts';

/**
 * The first document of YAML text as JSON, by the rules of Kubernetes, with what it gives twice.
 * @throws YamlError
 */
export function parseYamlBody(text: string): ParsedBody {
  const document = parseDocument(text, { setting: 'json' });
  const value = document.root === undefined ? null : toData(document);
  const yamlDuplicates = document.root === undefined ? [] : duplicates(document.root);
  return { value, duplicates: [], yamlDuplicates };
}

/** `line 4: key "a" already set in map`, for each key that a mapping has again. */
function duplicates(node: Node): string[] {
  if (node.kind === 'sequence') return node.items.flatMap(duplicates);
  if (node.kind !== 'mapping') return [];
  const seen = new Set<string>();
  return node.items.flatMap((item, index) => {
    if (index % 2 === 1) return duplicates(item);
    if (item.kind !== 'scalar') return [];
    const key = keyText(item.value, item.tag);
    if (seen.has(key)) return [`line ${item.line}: key ${key} already set in map`];
    seen.add(key);
    return [];
  });
}

/** A key as messages print it: strings quoted, what YAML reads as something else bare. */
function keyText(value: string, tag: string): string {
  if (tag === '!!bool') return /^(y|yes|on|true)$/i.test(value) ? 'true' : 'false';
  return tag === '!!str' || tag === '' ? JSON.stringify(value) : value;
}

export { YamlError };
