import {
  ScalarNode,
  SequenceNode,
  MappingNode,
  YamlError,
  attachComments,
  copyNode,
  expandAliases,
  parseDocument,
  splitDocuments,
  toBuildData,
  toJson,
  type Data,
  type Node,
  type Source,
} from '@sluice/manifest';
import type { ScopeOf } from './cluster-scoped.ts';
import { KustomizeError } from './errors.ts';
import { idKey, idText } from './gvk.ts';
import { mapText } from './go-text.ts';
import { Resource } from './resource.ts';
import { isEmpty, isMissing, peekField, positionOf, stringMapOf, textOf, valueOf } from './tree.ts';

/**
 * The resources in a text of YAML documents or JSON (engine §4).
 * @param file what the text is called: a path in the tree, or the kustomization that holds it inline
 * @param path as a user wrote it; syntax errors name it
 * @throws KustomizeError
 */
export function readResources(
  text: string,
  place: { file: string; path?: string | undefined; scopeOf: ScopeOf },
): Resource[] {
  try {
    const { roots, texts } = readNodes(text, place.file);
    return roots.map((root) => {
      const { file, line } = positionOf(root);
      const resource = new Resource(root, { file: file ?? place.file, line: line ?? 1 }, place.scopeOf);
      resource.text = texts.get(root.source) ?? '';
      return resource;
    });
  } catch (error) {
    throw asReadError(error, place);
  }
}

/** Like `readResources`; ids must be unique within the text. */
export function readResourceSet(
  text: string,
  place: { file: string; path?: string | undefined; scopeOf: ScopeOf },
): Resource[] {
  const resources = readResources(text, place);
  const seen = new Set<string>();
  for (const resource of resources) {
    const id = resource.currentId();
    if (seen.size === seen.add(idKey(id)).size) throw alreadyRegistered(resource);
  }
  return resources;
}

export function alreadyRegistered(resource: Resource): KustomizeError {
  return new KustomizeError(`may not add resource with an already registered id: ${idText(resource.currentId())}`, {
    ...resource.origin,
    hint: 'rename one of the two, or give them different namespaces',
  });
}

/** Whether a text could not be read as YAML at all: then it certainly is no folder either. */
export function isMalformedYaml(error: KustomizeError): boolean {
  return error.upstream.includes('MalformedYAMLError');
}

interface ReadNodes {
  readonly roots: Node[];
  /** What was parsed, by the source that its nodes name. */
  readonly texts: ReadonlyMap<Source | undefined, string>;
}

function readNodes(text: string, file: string): ReadNodes {
  const pieces = splitDocuments(text, file);
  const roots: Node[] = [];
  const texts = new Map<Source | undefined, string>();
  for (const { text: piece, firstLine } of pieces) {
    if (blank.test(piece)) continue;
    const { root, source } = parsePiece(piece, { file, firstLine });
    if (isMissing(root)) continue;
    texts.set(source, piece);
    const items = pieces.length === 1 ? wrappedItems(root) : undefined;
    if (items === undefined) roots.push(root);
    else roots.push(...items);
  }
  const expanded = roots.map((root) => expandAliases(root));
  return { roots: unpackLists(dropBadNodes(expanded)), texts };
}

const blank = /^[ \n]*$/;

const jsonComment = /#[^\n]*\{/;

function parsePiece(text: string, place: { file: string; firstLine: number }) {
  try {
    const document = parseDocument(text, { setting: 'build', ...place });
    // Comments that are JSON have a meaning to strategic merges; all others are dropped anyway.
    if (jsonComment.test(text)) attachComments(document);
    return document;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(
      `MalformedYAMLError: ${error.message}`,
      { file: place.file, line: error.line },
      { cause: error },
    );
  }
}

/** The items of a text that is one `List` or `ResourceList`; `undefined` for anything else. */
function wrappedItems(root: Node): Node[] | undefined {
  const kind = valueOf(peekField(root, 'kind'));
  if (kind !== 'List' && kind !== 'ResourceList') return undefined;
  const items = peekField(root, 'items');
  if (items === undefined && peekField(root, 'functionConfig') === undefined) return undefined;
  return items?.kind === 'sequence' ? items.items : [];
}

function dropBadNodes(nodes: readonly Node[]): Node[] {
  const good = nodes.filter((node) => !isEmpty(node));
  for (const node of good) checkMetadata(node);
  return good;
}

/** Replaces each object of a kind `…List` that has `items` by these, which come after all the others. */
function unpackLists(nodes: readonly Node[]): Node[] {
  const queue = [...nodes];
  const result: Node[] = [];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const kind = textOf(peekField(node, 'kind'));
    const items = kind.endsWith('List') ? listItems(node, kind) : undefined;
    if (items === undefined) result.push(node);
    else queue.push(...dropBadNodes(items));
  }
  return result;
}

function listItems(node: Node, kind: string): Node[] | undefined {
  if (peekField(node, 'items') === undefined) return undefined;
  const data = toBuildData(withoutFolding(node)) as { items?: Data }; // the root is a map, as it has a kind
  const { items } = data;
  if (items === null || items === undefined) return [];
  if (Array.isArray(items)) return items.map((item) => jsonNode(item, node));
  throw new KustomizeError(`expected array in ${kind}/items, but found ${goTypeOf(items)}`, positionOf(node));
}

/** Throws unless the node has a kind, and a name where it needs one. */
export function checkMetadata(node: Node): void {
  const apiVersion = nonEmptyText(peekField(node, 'apiVersion'));
  const kind = nonEmptyText(peekField(node, 'kind'));
  const metadata = peekField(node, 'metadata');
  if (apiVersion === undefined && kind === undefined && !hasMetadata(metadata)) {
    throw new KustomizeError('missing Resource metadata', {
      ...positionOf(node),
      hint: 'a resource needs apiVersion, kind and metadata',
    });
  }
  if ((kind ?? '') === '') throw new KustomizeError(`missing kind in object ${metaDump(node)}`, positionOf(node));
  if (kind?.endsWith('List')) return;
  if (textOf(peekField(metadata, 'name')) === '' || isMissing(peekField(metadata, 'name'))) {
    throw new KustomizeError(`missing metadata.name in object ${metaDump(node)}`, positionOf(node));
  }
}

function hasMetadata(metadata: Node | undefined): boolean {
  return ['name', 'namespace', 'labels', 'annotations'].some((field) => !isEmpty(peekField(metadata, field)));
}

function nonEmptyText(node: Node | undefined): string | undefined {
  return isEmpty(node) ? undefined : textOf(node);
}

/** Go's `%v` of the metadata: `{{v1 Pod} {{web prod} map[] map[]}}`. */
function metaDump(node: Node): string {
  const metadata = peekField(node, 'metadata');
  const name = nonEmptyText(peekField(metadata, 'name')) ?? '';
  const namespace = nonEmptyText(peekField(metadata, 'namespace')) ?? '';
  const labels = mapText(withoutNulls(peekField(metadata, 'labels')));
  const annotations = mapText(withoutNulls(peekField(metadata, 'annotations')));
  const apiVersion = nonEmptyText(peekField(node, 'apiVersion')) ?? '';
  const kind = nonEmptyText(peekField(node, 'kind')) ?? '';
  return `{{${apiVersion} ${kind}} {{${name} ${namespace}} ${labels} ${annotations}}}`;
}

/** A null leaves the text of its entry empty. */
function withoutNulls(node: Node | undefined): Map<string, string> {
  const map = stringMapOf(node);
  for (const key of map.keys()) if (isMissing(peekField(node, key))) map.set(key, '');
  return map;
}

/** Nodes as they are when a value is printed as JSON and read again: strings quoted, numbers in Go's form. */
export function jsonNode(data: Data, place?: Node): Node {
  const node = makeJsonNode(data, place);
  node.source = place?.source;
  node.line = place?.line ?? 0;
  return node;
}

function makeJsonNode(data: Data, place: Node | undefined): Node {
  if (data === null) return new ScalarNode('null', '!!null');
  if (typeof data === 'string') return new ScalarNode(data, '!!str', 'double');
  if (typeof data === 'boolean') return new ScalarNode(String(data), '!!bool');
  if (typeof data === 'number' || typeof data === 'bigint') {
    const text = toJson(data);
    return new ScalarNode(text, /[.eE]/.test(text) ? '!!float' : '!!int');
  }
  if (Array.isArray(data)) return new SequenceNode(data.map((item) => jsonNode(item, place)));
  const entries = Object.entries(data).flatMap(([key, value]) => [
    new ScalarNode(key, '!!str', 'double'),
    jsonNode(value, place),
  ]);
  return new MappingNode(entries);
}

/** A copy whose folded texts are kept as they are: items of a list are not printed and read again as YAML. */
function withoutFolding(node: Node): Node {
  const copy = copyNode(node);
  unfold(copy);
  return copy;
}

function unfold(node: Node): void {
  if (node.kind === 'scalar') {
    if (node.style === 'folded') node.style = 'double';
  } else if (node.kind !== 'alias') {
    for (const item of node.items) unfold(item);
  }
}

function goTypeOf(data: Data): string {
  if (typeof data === 'string') return 'string';
  if (typeof data === 'boolean') return 'bool';
  if (typeof data === 'number' || typeof data === 'bigint') return Number.isInteger(Number(data)) ? 'int' : 'float64';
  return 'map[string]interface {}';
}

function asReadError(error: unknown, { file, path }: { file: string; path?: string | undefined }): KustomizeError {
  if (error instanceof YamlError)
    return new KustomizeError(error.message, { file, line: error.line }, { cause: error });
  if (!(error instanceof KustomizeError)) throw error;
  const named =
    path !== undefined && isMalformedYaml(error) ? error.reworded(`${error.upstream} in File: ${path}`) : error;
  return named.at({ file });
}
