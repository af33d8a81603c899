import { ScalarNode, type Node } from '@sluice/manifest';
import {
  clearField,
  getField,
  getOrCreateMap,
  isEmpty,
  isMissing,
  newString,
  peekField,
  setField,
  stringMapOf,
  textOf,
} from './tree.ts';

/**
 * `metadata` of a resource, and the engine's own notes in its annotations. The notes are real annotations, as upstream
 * keeps them there: users can see and change them with patches (engine §6.3).
 */

const prefix = 'internal.config.kubernetes.io/';

export const notes = {
  previousNames: `${prefix}previousNames`,
  previousNamespaces: `${prefix}previousNamespaces`,
  previousKinds: `${prefix}previousKinds`,
  prefixes: `${prefix}prefixes`,
  suffixes: `${prefix}suffixes`,
  refBy: `${prefix}refBy`,
  generatorBehavior: `${prefix}generatorBehavior`,
  needsHashSuffix: `${prefix}needsHashSuffix`,
  allowNameChange: `${prefix}allowNameChange`,
  allowKindChange: `${prefix}allowKindChange`,
  helmGenerated: `${prefix}helm-generated`,
} as const;

export const originAnnotation = 'config.kubernetes.io/origin';
export const transformationsAnnotation = 'alpha.config.kubernetes.io/transformations';
export const localConfigAnnotation = 'config.kubernetes.io/local-config';

/** What never reaches the output. */
export const buildAnnotations: readonly string[] = [
  ...Object.values(notes),
  ...['path', 'index', 'seqindent', 'id', 'annotations-migration-resource-id'].map((name) => prefix + name),
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
];

const legacyInternal = new Set(['config.kubernetes.io/path', 'config.kubernetes.io/index', 'config.k8s.io/id']);

/** Annotations that a JSON patch does not take away. */
export function isInternalAnnotation(key: string): boolean {
  return key.startsWith(prefix) || legacyInternal.has(key);
}

/** `metadata.<field>` as text; `''` when absent, null or empty. */
export function metaText(root: Node | undefined, field: 'name' | 'namespace'): string {
  const value = peekField(metadataOf(root), field);
  return isEmpty(value) ? '' : textOf(value);
}

export function metadataOf(root: Node | undefined): Node | undefined {
  const metadata = peekField(root, 'metadata');
  return isEmpty(metadata) ? undefined : metadata;
}

/** Labels or annotations as text; a value that is no scalar counts as `''`. */
export function metaMap(root: Node | undefined, field: 'labels' | 'annotations'): Map<string, string> {
  return stringMapOf(peekField(metadataOf(root), field));
}

/** Writes the whole map anew, keys sorted, all values strings; an empty map removes the field. */
export function setMetaMap(root: Node, field: 'labels' | 'annotations', map: ReadonlyMap<string, string>): void {
  const metadata = getOrCreateMap(root, 'metadata');
  if (metadata === undefined) return;
  clearField(metadata, field);
  if (map.size === 0) return;
  const target = getOrCreateMap(metadata, field);
  for (const key of [...map.keys()].sort()) setField(target, key, newString(map.get(key) ?? ''));
}

/** Sets one label or annotation and leaves the others as they are. */
export function setMetaEntry(root: Node, field: 'labels' | 'annotations', key: string, value: string): void {
  if (field === 'annotations') dropEmptyAnnotations(root);
  const metadata = getOrCreateMap(root, 'metadata');
  const target = metadata === undefined ? undefined : getOrCreateMap(metadata, field);
  setField(target, key, new ScalarNode(value, '!!str', 'single'));
}

/** One annotation without reading the others. */
export function annotationOf(root: Node | undefined, key: string): string | undefined {
  const value = peekField(peekField(metadataOf(root), 'annotations'), key);
  return value === undefined ? undefined : textOf(value);
}

/** The items of a comma-separated note; none when it is absent. */
export function noteItems(root: Node | undefined, key: string): string[] {
  return annotationOf(root, key)?.split(',') ?? [];
}

export function addNoteItem(root: Node, key: string, item: string): void {
  if (item === '') return;
  const text = annotationOf(root, key);
  setMetaEntry(root, 'annotations', key, text === undefined ? item : `${text},${item}`);
}

function dropEmptyAnnotations(root: Node): void {
  const metadata = getField(root, 'metadata');
  const annotations = isMissing(metadata) ? undefined : getField(metadata, 'annotations');
  if (annotations !== undefined && (isEmpty(annotations) || annotations.kind === 'scalar'))
    clearField(metadata, 'annotations');
  if (metadata !== undefined && (isEmpty(metadata) || metadata.kind === 'scalar')) clearField(root, 'metadata');
}
