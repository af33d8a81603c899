import { parseDocument } from '@sluice/manifest';
import { KustomizeError } from '../errors.ts';
import { compareBytes } from '../go-text.ts';
import { notes, setMetaEntry } from '../identity.ts';
import type { GeneratorEntry, GeneratorOptions } from '../kustomization/types.ts';
import type { LayerContext } from '../layer-context.ts';
import { Resource } from '../resource.ts';
import { ScalarNode, getOrCreateMap, newString, setField, type MappingNode } from '../tree.ts';
import { wrappedBase64 } from './base64.ts';
import type { Generator } from './generator.ts';
import { readPairs, type Content } from './key-values.ts';

/** One entry of `configMapGenerator` (engine §8). */
export function configMapGenerator(entry: GeneratorEntry, layer: LayerContext): Generator {
  return () => [generate('ConfigMap', entry, layer)];
}

/** One entry of `secretGenerator` (engine §8). */
export function secretGenerator(entry: GeneratorEntry, layer: LayerContext): Generator {
  return () => [generate('Secret', entry, layer)];
}

/** The entry's own options over those of the kustomization; the two switches are on if either is. */
export function mergeOptions(
  own: GeneratorOptions | undefined,
  common: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (own === undefined || common === undefined) return own ?? common;
  return {
    labels: { ...common.labels, ...own.labels },
    annotations: { ...common.annotations, ...own.annotations },
    disableNameSuffixHash: (own.disableNameSuffixHash ?? false) || (common.disableNameSuffixHash ?? false),
    immutable: (own.immutable ?? false) || (common.immutable ?? false),
  };
}

function generate(kind: 'ConfigMap' | 'Secret', entry: GeneratorEntry, layer: LayerContext): Resource {
  const { name = '', namespace = '', options } = entry;
  if (name === '') throw new KustomizeError('a configmap must have a name');
  // Upstream starts from a text, too; its positions count in the hash of an object whose kind is replaced.
  const text = `\napiVersion: v1\nkind: ${kind}\n`;
  const root = parseDocument(text).root as MappingNode; // as the line above says
  const metadata = getOrCreateMap(root, 'metadata');
  setField(metadata, 'name', newString(name));
  if (namespace !== '') setField(metadata, 'namespace', newString(namespace));
  if (kind === 'Secret') setField(root, 'type', newString(entry.type || 'Opaque'));
  const pairs = [...readPairs(layer, entry)].sort(([a], [b]) => compareBytes(a, b));
  if (kind === 'Secret') addSecretData(root, pairs);
  else addConfigData(root, pairs);
  addOptions(root, options);
  const resource = new Resource(root, { file: layer.file, line: 1 }, layer.build.scopeOf);
  resource.text = text;
  if (!options?.disableNameSuffixHash) resource.setNote(notes.needsHashSuffix);
  resource.setNote(notes.generatorBehavior, behaviorOf(entry.behavior));
  return resource;
}

function addConfigData(root: MappingNode, pairs: readonly (readonly [string, Content])[]): void {
  for (const [key, content] of pairs) {
    const isText = typeof content === 'string';
    setField(
      getOrCreateMap(root, isText ? 'data' : 'binaryData'),
      key,
      newString(isText ? content : wrappedBase64(content)),
    );
  }
}

function addSecretData(root: MappingNode, pairs: readonly (readonly [string, Content])[]): void {
  const data = getOrCreateMap(root, 'data');
  for (const [key, content] of pairs) setField(data, key, newString(wrappedBase64(content)));
}

function addOptions(root: MappingNode, options: GeneratorOptions | undefined): void {
  for (const field of ['labels', 'annotations'] as const) {
    const entries = Object.entries(options?.[field] ?? {}).sort(([a], [b]) => compareBytes(a, b));
    for (const [key, value] of entries) setMetaEntry(root, field, key, value);
  }
  if (options?.immutable) setField(root, 'immutable', new ScalarNode('true', '!!bool'));
}

function behaviorOf(word: string | undefined): string {
  return word === 'merge' || word === 'replace' || word === 'create' ? word : 'unspecified';
}
