import { KustomizeError } from '../errors.ts';
import { baseName, joinPath } from '../file-tree.ts';
import { splitPath } from '../field-spec.ts';
import type { SelectorEntry } from '../kustomization/types.ts';
import { valueAddTargetsShape } from '../kustomization/shapes.ts';
import { decodeYaml, readYamlData } from '../yaml-data.ts';
import type { LayerContext } from '../layer-context.ts';
import type { Resource } from '../resource.ts';
import { select } from '../selector.ts';
import { decodeText } from '../text.ts';
import { ScalarNode, getField, getOrCreateMap, requireKind, setField, setScalar, textOf } from '../tree.ts';
import { setNamespace } from './namespace.ts';
import type { Transformer } from './transformer.ts';

export interface ValueAddTarget {
  selector?: SelectorEntry;
  fieldPath?: string;
  filePathPosition?: number;
}

export interface ValueAddConfig {
  value?: string;
  targets?: ValueAddTarget[];
  targetFilePath?: string;
}

/** Built-in plug-in ValueAddTransformer: writes one value to many fields, or into paths held by them (engine §9.10). */
export function valueAddTransformer(
  { value: text = '', targets = [], targetFilePath = '' }: ValueAddConfig,
  layer: LayerContext,
): Transformer {
  const value = text.trim() || baseName(layer.loader.root);
  const all = targetFilePath === '' ? targets : [...targets, ...readTargets(targetFilePath, layer)];
  if (all.length === 0) throw new KustomizeError('must specify at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of all) {
    if (fieldPath === '') throw new KustomizeError('fieldPath cannot be empty');
    if (filePathPosition < 0)
      throw new KustomizeError(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  return (resources) => {
    for (const target of all) {
      const selected = target.selector === undefined ? resources.list : select(resources.list, target.selector);
      for (const resource of selected) addValue(resource, value, target);
    }
  };
}

function readTargets(path: string, layer: LayerContext): ValueAddTarget[] {
  const file = layer.loader.load(path);
  const data = readYamlData(decodeText(file.bytes), file.path);
  const { targets = [] } = (decodeYaml(data, valueAddTargetsShape, false) ?? {}) as { targets?: ValueAddTarget[] }; // by the shape
  return targets;
}

function addValue(resource: Resource, value: string, { fieldPath = '', filePathPosition = 0 }: ValueAddTarget): void {
  if (fieldPath === 'metadata/namespace') return setNamespace(resource, { namespace: value, fieldSpecs: [] });
  const parts = splitPath(fieldPath, '/');
  const last = parts.pop() ?? '';
  let map = resource.root;
  for (const part of parts) {
    const next = getOrCreateMap(map, part);
    if (next === undefined) return;
    map = next;
  }
  if (getField(map, last) === undefined) setField(map, last, new ScalarNode(''));
  const field = getField(map, last);
  if (field === undefined) return;
  requireKind(field, 'scalar');
  const text = filePathPosition > 0 ? insertPathPart(textOf(field), filePathPosition - 1, value) : value;
  setScalar(field, new ScalarNode(text));
}

/** `part` as the element at `position` of a path; beyond the end it is appended. An absolute path stays absolute. */
export function insertPathPart(path: string, position: number, part: string): string {
  if (part === '') return path;
  const isAbsolute = path.startsWith('/');
  const parts = path.split('/').filter((item) => item !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return isAbsolute ? joinPath('/', ...parts) : joinPath(...parts);
}
