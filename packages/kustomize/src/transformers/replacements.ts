import { KustomizeError, locateErrors } from '../errors.ts';
import { quoted } from '../go-text.ts';
import type { FieldOptions, Replacement, ReplacementEntry, ReplacementTarget } from '../kustomization/types.ts';
import { list, replacement as replacementShape } from '../kustomization/shapes.ts';
import { decodeYaml, readYamlData } from '../yaml-data.ts';
import type { LayerContext } from '../layer-context.ts';
import { matchPath, rootSlot, type CreateAs, type Slot } from '../replacement/match.ts';
import { splitFieldPath } from '../replacement/path.ts';
import { findValue, replacementIds, sourceValue } from '../replacement/source.ts';
import { parseStructured, printStructured } from '../replacement/structured.ts';
import type { Resource } from '../resource.ts';
import { metadataSelector, selectorPatterns } from '../selector.ts';
import { decodeText } from '../text.ts';
import { copyNode, textOf, valueOf, type Node } from '../tree.ts';
import type { Transformer } from './transformer.ts';

/** `replacements`: copies values between resources, each item on the results of the former (engine §9.9). */
export function replacementsTransformer(entries: readonly ReplacementEntry[], layer: LayerContext): Transformer {
  const replacements = entries.flatMap((entry) => readReplacements(entry, layer));
  return (resources) => {
    for (const { replacement, file } of replacements) {
      locateErrors({ file }, () => replace(resources.list, replacement, layer.build.warn));
    }
    resources.dropEmpty();
  };
}

interface Located {
  readonly replacement: Replacement;
  readonly file: string;
}

function readReplacements({ path = '', ...inline }: ReplacementEntry, layer: LayerContext): Located[] {
  if (path === '') return [{ replacement: inline, file: layer.file }];
  if (inline.source !== undefined || (inline.targets ?? []).length > 0) {
    throw new KustomizeError('cannot specify both path and inline replacement');
  }
  const file = layer.loader.load(path);
  return locateErrors({ file: file.path }, () => {
    const data = readYamlData(decodeText(file.bytes), file.path);
    if (typeof data !== 'object' || data === null) {
      const kind = data === null ? 'invalid' : typeof data;
      throw new KustomizeError(`unsupported replacement type encountered within replacement path: ${kind}`);
    }
    const shape = Array.isArray(data) ? list(replacementShape) : replacementShape;
    const decoded = decodeYaml(data, shape, false) as Replacement | Replacement[]; // by the shape
    return (Array.isArray(decoded) ? decoded : [decoded]).map((replacement) => ({ replacement, file: file.path }));
  });
}

function replace(resources: readonly Resource[], replacement: Replacement, warn: (text: string) => void): void {
  const { source, sourceValue: text, targets } = replacement;
  if ((source === undefined && text === undefined) || targets === undefined) {
    throw new KustomizeError('replacements must specify a source and at least one target');
  }
  const value = sourceValue(resources, replacement);
  for (const target of targets) {
    if (applyToTarget(resources, value, target) === 0)
      warn(`replacement target ${JSON.stringify(target.select)} selects no resource`);
  }
}

/** @returns how many resources were selected */
function applyToTarget(resources: readonly Resource[], value: Node, target: ReplacementTarget): number {
  if (target.select === undefined) throw new KustomizeError('target must specify resources to select');
  const isSelected = targetSelector(target);
  let count = 0;
  for (const resource of resources) {
    if (!isSelected(resource)) continue;
    count++;
    locateErrors(resource.origin, () => copyToFields(resource, value, target));
  }
  return count;
}

function targetSelector({ select = {}, reject = [] }: ReplacementTarget): (resource: Resource) => boolean {
  const patterns = selectorPatterns(select);
  const rejectIds = reject.filter(hasIdPart).map(selectorPatterns);
  const rejectMetadata = reject
    .filter((entry) => (entry.labelSelector ?? '') !== '' || (entry.annotationSelector ?? '') !== '')
    .map(metadataSelector);
  return (resource) => {
    if (!patterns.metadata(resource) || rejectMetadata.some((rejects) => rejects(resource))) return false;
    const ids = replacementIds(resource);
    const matches = ({ gvk, name, namespace }: ReturnType<typeof selectorPatterns>) =>
      ids.some((id) => gvk(id) && name(id.name) && namespace(id.namespace));
    return !rejectIds.some(matches) && matches(patterns);
  };
}

function hasIdPart(entry: NonNullable<ReplacementTarget['select']>): boolean {
  return (['group', 'version', 'kind', 'name', 'namespace'] as const).some((part) => (entry[part] ?? '') !== '');
}

function copyToFields(resource: Resource, value: Node, { fieldPaths = [], options }: ReplacementTarget): void {
  const create = options?.create ? (value.kind === 'alias' ? undefined : value.kind) : undefined;
  for (const path of fieldPaths.length === 0 ? ['metadata.name'] : fieldPaths) {
    if (copyIntoText(resource, value, path, create)) continue;
    const slots = findSlots(resource, path, create);
    for (const slot of slots) write(slot, value, options);
  }
}

function findSlots(resource: Resource, path: string, create: CreateAs): Slot[] {
  const problem = `unable to find ${create === undefined ? '' : 'or create '}field ${quoted(path)} in replacement target`;
  try {
    const slots = matchPath(rootSlot(resource.root), splitFieldPath(path), create);
    if (slots.length > 0) return slots;
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.prefixed(problem);
  }
  throw new KustomizeError(problem, { hint: create === undefined ? 'set options.create to add the field' : undefined });
}

function write(slot: Slot, source: Node, { delimiter = '', index = 0 }: FieldOptions = {}): void {
  if (delimiter === '') return put(slot, copyNode(source));
  const target = slot.node;
  if (target.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
  target.value = rejoin(target.value, valueOf(source), { delimiter, index });
}

/** Over a scalar only the text changes; anything else is replaced whole. */
function put(slot: Slot, value: Node): void {
  if (slot.node.kind === 'scalar') slot.node.value = textOf(value);
  else slot.replace(value);
}

function rejoin(text: string, piece: string, { delimiter, index }: { delimiter: string; index: number }): string {
  const pieces = text.split(delimiter);
  if (index < 0) pieces.unshift(piece);
  else if (index >= pieces.length) pieces.push(piece);
  else pieces[index] = piece;
  return pieces.join(delimiter);
}

/** Follows the path into YAML or JSON held by a scalar on the way. @returns whether that succeeded */
function copyIntoText(resource: Resource, value: Node, path: string, create: CreateAs): boolean {
  const parts = splitFieldPath(path);
  const holder = findTextHolder(resource.root, parts);
  if (holder === undefined) return false;
  const { scalar, rest } = holder;
  try {
    const root = parseStructured(scalar.value);
    const slots = matchPath(rootSlot(root), rest, create);
    if (slots.length === 0) return false;
    for (const slot of slots) put(slot, value);
    scalar.value = printStructured(root, scalar.value);
    return true;
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    return false; // then the path is tried as an ordinary one, which reports what is wrong
  }
}

function findTextHolder(root: Node, parts: readonly string[]) {
  for (let length = 1; length < parts.length; length++) {
    const scalar = tryFind(root, parts.slice(0, length));
    if (scalar?.kind === 'scalar' && isStructured(scalar.value)) return { scalar, rest: parts.slice(length) };
  }
  return undefined;
}

function tryFind(root: Node, path: readonly string[]): Node | undefined {
  try {
    return findValue(root, path);
  } catch {
    return undefined; // wildcards and wrong kinds: no scalar is there
  }
}

function isStructured(text: string): boolean {
  try {
    parseStructured(text);
    return true;
  } catch {
    return false; // ordinary text
  }
}
