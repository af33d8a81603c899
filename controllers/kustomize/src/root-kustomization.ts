import type { KustomizationSpec } from '@sluice/api';
import { kustomizationFieldNames, KustomizeError, type FileTree } from '@sluice/kustomize';
import { parseDocument, stringify, toData, YamlError, type Data, type DataObject } from '@sluice/manifest';

type Spec = Pick<
  KustomizationSpec,
  | 'targetNamespace'
  | 'namePrefix'
  | 'nameSuffix'
  | 'patches'
  | 'components'
  | 'ignoreMissingComponents'
  | 'images'
  | 'buildMetadata'
>;
type Image = NonNullable<Spec['images']>[number];

const nonLocal = /^(\/|file:\/\/\/|git::|gh:|ssh:\/\/|https?:\/\/|git@|github\.com[:/])/i;

/**
 * The text of a kustomization file with what the spec says added to it. Read leniently, as Flux does: names match
 * whatever their case, unknown ones are dropped.
 * @param text of the file that was found or made up
 * @param exists whether a path relative to the file's folder is there
 * @throws KustomizeError @see spec kustomization-controller §6.3
 */
export function mergeSpec(
  text: string,
  spec: Spec,
  { file, exists }: { file: string; exists: (path: string) => boolean },
): string {
  const found = readLeniently(text, file);
  const merged: DataObject = { ...found, ...overridesOf(spec) };
  appendTo(
    merged,
    'patches',
    (spec.patches ?? []).map((patch) => ({ ...patch }) as unknown as Data),
  );
  appendTo(merged, 'components', findComponents(spec, exists));
  if ((spec.images ?? []).length > 0) merged['images'] = mergeImages(listOf(merged['images']), spec.images ?? []);
  // A file of nothing would be refused; this one asks for nothing.
  if (isBlank(merged)) merged['buildMetadata'] = ['originAnnotations'];
  return stringify(merged);
}

function readLeniently(text: string, file: string): DataObject {
  const data = parse(text, file);
  if (data === null) return {};
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new KustomizeError(
      `invalid Kustomization: json: cannot unmarshal ${goType(data)} into Go value of type types.Kustomization`,
      { file },
    );
  }
  const byLowerCase = new Map(kustomizationFieldNames.map((name) => [name.toLowerCase(), name]));
  const known = Object.entries(data).flatMap(([key, value]) => {
    const name = byLowerCase.get(key.toLowerCase());
    return name === undefined || value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

function parse(text: string, file: string): Data {
  try {
    return toData(parseDocument(text, { setting: 'json', file }));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(error.message, { file, line: error.line }, { cause: error });
  }
}

function overridesOf({ targetNamespace, namePrefix, nameSuffix, buildMetadata = [] }: Spec): DataObject {
  return {
    ...(targetNamespace !== undefined && { namespace: targetNamespace }),
    ...(namePrefix !== undefined && { namePrefix }),
    ...(nameSuffix !== undefined && { nameSuffix }),
    ...(buildMetadata.length > 0 && { buildMetadata: [...buildMetadata] }),
  };
}

function findComponents(
  { components = [], ignoreMissingComponents }: Spec,
  exists: (path: string) => boolean,
): string[] {
  const foreign = components.find((path) => nonLocal.test(path));
  if (foreign !== undefined) throw new KustomizeError(`component path '${foreign}' must be local and relative`);
  return components.filter((path) => ignoreMissingComponents !== true || exists(path));
}

function appendTo(merged: DataObject, field: string, items: readonly Data[]): void {
  if (items.length > 0) merged[field] = [...listOf(merged[field]), ...items];
}

/** A name of the spec changes the image of that name in the file. A tag and a digest replace each other. */
function mergeImages(found: readonly Data[], images: readonly Image[]): Data[] {
  const merged = found.map((image) => (isObject(image) ? { ...image } : image));
  for (const { name, newName, newTag, digest } of images) {
    const same = merged.find((image) => isObject(image) && image['name'] === name);
    const target: DataObject = same !== undefined && isObject(same) ? same : { name };
    if (target !== same) merged.push(target);
    if (newName) target['newName'] = newName;
    if (!newTag && !digest) continue;
    delete target['newTag'];
    delete target['digest'];
    if (newTag) target['newTag'] = newTag;
    if (digest) target['digest'] = digest;
  }
  return merged;
}

function isBlank(file: DataObject): boolean {
  return Object.entries(file).every(([key, value]) => ['kind', 'apiVersion', 'metadata'].includes(key) || value === '');
}

function listOf(data: Data | undefined): Data[] {
  return Array.isArray(data) ? data : [];
}

function isObject(data: Data): data is DataObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function goType(data: Data): string {
  return Array.isArray(data) ? 'array' : typeof data === 'boolean' ? 'bool' : typeof data;
}

/** `tree` with one file more, or another content of it. @param path absolute and clean */
export function withFile(tree: FileTree, path: string, text: string): FileTree {
  const bytes = new TextEncoder().encode(text);
  return {
    resolve: (asked) => (asked === path ? { kind: 'file', path } : tree.resolve(asked)),
    read: (asked) => (asked === path ? bytes : tree.read(asked)),
  };
}
