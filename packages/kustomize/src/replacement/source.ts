import { KustomizeError, prefixErrors } from '../errors.ts';
import { effectiveNamespace, gvkSelected, idText, type ResId } from '../gvk.ts';
import type { FieldOptions, Replacement, ReplacementSource } from '../kustomization/types.ts';
import type { Resource } from '../resource.ts';
import { ScalarNode, copyNode, elementsOf, getField, isEmpty, isMissing, textOf, type Node } from '../tree.ts';
import { isIndex, isQuery, parseQuery, splitFieldPath } from './path.ts';

/** The value that a replacement copies (engine §9.9, source). */
export function sourceValue(resources: readonly Resource[], { source, sourceValue: text }: Replacement): Node {
  if (text !== undefined && source !== undefined)
    throw new KustomizeError('value and resource selectors are mutually exclusive');
  if (text !== undefined) return new ScalarNode(text);
  if (source === undefined) throw new KustomizeError('replacements must specify a source and at least one target');
  const resource = sourceResource(resources, source);
  const path = source.fieldPath || 'metadata.name';
  const node = prefixErrors('error looking up replacement source', () =>
    findValue(resource.root, splitFieldPath(path)),
  );
  if (isEmpty(node) || node === undefined) {
    throw new KustomizeError(
      `fieldPath \`${path}\` is missing for replacement source ${idText(selectorId(source))}`,
      resource.origin,
    );
  }
  return refined(node, source.options);
}

/**
 * Follows a path to one value. Numbers are list positions, `-` the last one, queries take the first match.
 * @returns `undefined` when a part is missing
 */
export function findValue(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const raw of path) {
    const part = raw.trim();
    if (part === '') continue;
    if (node === undefined) return undefined;
    node = step(node, part);
  }
  return node;
}

function step(node: Node, part: string): Node | undefined {
  if (/^-\d*[1-9]\d*$/.test(part)) throw new KustomizeError(`array index ${part} cannot be negative`);
  if (isIndex(part)) return elementsOf(node)[Number(part)];
  if (part === '-') return elementsOf(node).at(-1);
  if (part === '*') throw new KustomizeError('wildcard is not supported in PathGetter');
  if (!isQuery(part)) return getField(node, part);
  const query = parseQuery(part);
  if (query === undefined)
    throw new KustomizeError('list path element must contain fieldName=fieldValue for element to match');
  const { key, value } = query;
  if (key === '') return elementsOf(node).find((item) => textOf(item) === value);
  return elementsOf(node).find((item) => item.kind === 'mapping' && item.has(key) && textOf(item.get(key)) === value);
}

function sourceResource(resources: readonly Resource[], source: ReplacementSource): Resource {
  const selector = selectorId(source);
  const idsOf = (resource: Resource) => prefixErrors('error getting node IDs', () => replacementIds(resource));
  const matches = resources.filter((resource) => idsOf(resource).some((id) => isSelected(id, selector)));
  const [first] = matches;
  if (first === undefined) throw new KustomizeError(`nothing selected by ${selectorText(source)}`);
  if (matches.length > 1) throw new KustomizeError(`multiple matches for selector ${selectorText(source)}`);
  return first;
}

/** Current id, then previous ones; here no kind counts as cluster-scoped. */
export function replacementIds(resource: Resource): ResId[] {
  return [{ ...resource.currentId(), clusterScoped: false }, ...resource.previousIds()];
}

function isSelected(id: ResId, selector: ResId): boolean {
  if (selector.name !== '' && selector.name !== id.name) return false;
  if (selector.namespace !== '' && effectiveNamespace(selector) !== effectiveNamespace(id)) return false;
  return gvkSelected(id, selector);
}

function selectorId({ group = '', version = '', kind = '', name = '', namespace = '' }: ReplacementSource): ResId {
  return { group, version, kind, name, namespace, clusterScoped: false };
}

function selectorText(source: ReplacementSource): string {
  return [idText(selectorId(source)), source.fieldPath ?? '', optionsText(source.options)]
    .filter((part) => part !== '')
    .join(':');
}

function optionsText(options: FieldOptions | undefined): string {
  const { delimiter = '', index = 0, create = false } = options ?? {};
  return delimiter === '' && !create ? '' : `${delimiter}(${index}), create=${create}`;
}

function refined(node: Node, options: FieldOptions | undefined): Node {
  const { delimiter = '', index = 0 } = options ?? {};
  if (delimiter === '') return node;
  if (node.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
  const text = isMissing(node) ? '' : node.value;
  const piece = index < 0 ? undefined : text.split(delimiter)[index];
  if (piece === undefined) throw new KustomizeError(`options.index ${index} is out of bounds for value ${text}`);
  const copy = copyNode(node);
  copy.value = piece;
  return copy;
}
