import { createHash } from 'node:crypto';
import { toJson, type Data } from '@sluice/manifest';
import { notes } from './identity.ts';
import { nodeData } from './node-data.ts';
import { dumpNode } from './node-dump.ts';
import type { Resource } from './resource.ts';
import type { ResourceSet } from './resource-set.ts';
import { isMissing, peekField, textOf, type Node } from './tree.ts';

/** Gives every resource that asks for it the suffix of its content (engine §8.5). */
export function addHashSuffixes(resources: ResourceSet): void {
  for (const resource of resources.list) {
    if (!resource.hasNote(notes.needsHashSuffix)) continue;
    const hash = contentHash(resource);
    resource.pushPreviousId();
    resource.setName(`${resource.name}-${hash}`);
  }
}

/** Ten letters and digits over the data of a ConfigMap or Secret; names, labels and annotations do not count. */
export function contentHash(resource: Resource): string {
  const digest = createHash('sha256').update(hashedText(resource)).digest('hex').slice(0, 10);
  return digest.replaceAll(/[013ae]/g, (char) => substitutes[char] ?? char);
}

// Digits and vowels that could make a word are replaced.
const substitutes: Partial<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

function hashedText({ root, kind, text }: Resource): string {
  const data = fieldData(root, 'data');
  if (kind === 'ConfigMap') return toJson({ kind, name: '', data, ...mapOnly(root, 'binaryData') });
  if (kind === 'Secret')
    return toJson({ kind, name: '', data, type: fieldData(root, 'type'), ...mapOnly(root, 'stringData') });
  return dumpNode(root, text);
}

/** A field as the hash sees it: its text when it is a scalar, `''` when there is none. */
function fieldData(root: Node, field: string): Data {
  const node = peekField(root, field);
  if (node === undefined) return '';
  if (node.kind === 'scalar') return textOf(node);
  return node.kind === 'mapping' ? nodeData(node) : null;
}

function mapOnly(root: Node, field: string): Record<string, Data> {
  const node = peekField(root, field);
  return isMissing(node) || node.kind !== 'mapping' ? {} : { [field]: nodeData(node) };
}
