import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { gvkOf, ReconcileError, type KubeObject, type KustomizationSpec } from '@sluice/api';
import {
  buildKustomization,
  kustomizationFileNames,
  KustomizeError,
  memoryTree,
  RemoteNeeded,
  type BuiltResource,
  type FileTree,
  type Remotes,
} from '@sluice/kustomize';
import { stringify, type Data, type DataObject } from '@sluice/manifest';
import { formatKind, formatSubject, idOf, isNotDecrypted, normalise } from '@sluice/plan';
import { generateKustomization } from './generate.ts';
import { unpackTree, type PackedTree } from './packed-tree.ts';
import type { PackedRemotes } from './packed-remotes.ts';
import { mergeSpec, withFile } from './root-kustomization.ts';
import { substitute } from './substitute.ts';

export interface RenderInput {
  readonly tree: PackedTree;
  /** Relative and clean; `''` is the root of the tree. */
  readonly path: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: KustomizationSpec;
  readonly variables: ReadonlyMap<string, string>;
  readonly strictSubstitutions: boolean;
  /** What was fetched so far; absent: what the build refers to by URL is refused. */
  readonly remotes?: PackedRemotes | undefined;
}

export interface BuildInput extends Pick<RenderInput, 'tree' | 'path' | 'spec'> {
  /** Absent: what the build refers to by URL is refused. */
  readonly remotes?: Remotes | undefined;
}

export type BuiltManifest = readonly [BuiltResource, DataObject];

export interface Rendered {
  /** Normalised: as they are sent to the server. */
  readonly objects: readonly KubeObject[];
  /** `sha256:…` of the text of all manifests. */
  readonly digest: string;
  /** Length of that text. */
  readonly bytes: number;
  /** Whether something from outside the artifact took part. */
  readonly hasRemotes: boolean;
}

const maxObjects = 20_000;
const maxBytes = 67_108_864;

/**
 * The manifests of a folder: built, substituted, normalised. Blocks while it works: runs in a compute thread.
 * @throws ReconcileError `BuildFailed`, or `ReconciliationFailed` for an encrypted Secret; `RemoteNeeded`
 * @see spec kustomization-controller §6, §8, §10
 */
export function render(input: RenderInput): Rendered {
  const { spec, name, namespace, remotes } = input;
  const built = buildManifests({ ...input, remotes: remotes && unpackRemotes(remotes) });
  const documents = built.map((resource) => substituteIn(resource, input));
  const texts = documents.map((document) => stringify(document));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  if (documents.length > maxObjects || bytes > maxBytes) {
    throw failure(`${documents.length} manifests of ${bytes} bytes are more than ${maxObjects} or ${maxBytes} bytes`);
  }
  const objects = documents.flatMap(expandList).flatMap(toObject);
  for (const object of objects) refuseEncrypted(object);
  return {
    objects: objects.map((object) =>
      normalise(object, { owner: { name, namespace }, commonMetadata: spec.commonMetadata }),
    ),
    digest: `sha256:${hash('sha256', texts.join('---\n'), 'hex')}`,
    bytes,
    hasRemotes: remotes !== undefined && remotes.files.size + remotes.repositories.size > 0,
  };
}

/** The manifests of a folder before substitution. @throws ReconcileError `BuildFailed`; `RemoteNeeded` */
export function buildManifests(input: BuildInput): readonly BuiltManifest[] {
  return failAs('kustomize build failed', () => buildResources(input));
}

function buildResources({ tree, path, spec, remotes }: BuildInput): readonly BuiltManifest[] {
  const files = unpackTree(tree);
  const folder = `/${path}`;
  const source = memoryTree(files);
  if (source.resolve(folder)?.kind !== 'directory') throw new KustomizeError(`'${path}' is not a directory`);
  const at = (name: string) => (path === '' ? `/${name}` : `${folder}/${name}`);
  const found = kustomizationFileNames.find((name) => source.resolve(at(name))?.kind === 'file');
  const file = at(found ?? 'kustomization.yaml');
  const text = found === undefined ? generateKustomization(files, path) : textOf(source, file);
  const exists = (component: string) => source.resolve(posix.resolve(folder, component)) !== undefined;
  const merged = mergeSpec(text, spec, { file: file.slice(1), exists });
  const tried = withFile(source, file, merged);
  const { resources } = buildKustomization(tried, folder, {
    loadRestriction: 'none',
    reorder: 'none',
    ...(remotes !== undefined && { remotes }),
  });
  return resources.map((resource) => [resource, objectOf(resource.toData())]);
}

function unpackRemotes({ files, repositories }: PackedRemotes): Remotes {
  const trees = new Map([...repositories].map(([url, { tree, links }]) => [url, memoryTree(unpackTree(tree), links)]));
  return { file: (url) => files.get(url), repository: ({ raw }) => trees.get(raw) };
}

function textOf(tree: FileTree, path: string): string {
  return new TextDecoder().decode(tree.read(path));
}

function objectOf(data: Data): DataObject {
  if (isObject(data)) return data;
  throw new KustomizeError('a built resource is no object');
}

function substituteIn([resource, data]: BuiltManifest, input: RenderInput): DataObject {
  const { apiVersion, kind, name } = resource;
  if (apiVersion === '' || kind === '' || name === '') {
    throw failure(`failed to decode Kubernetes apiVersion, kind and name from: ${apiVersion} ${kind} ${name}`);
  }
  const { postBuild } = input.spec;
  if (postBuild === undefined) return data;
  return failAs(`post build failed for '${formatKind(gvkOf({ apiVersion, kind }))}/${name}'`, () =>
    substitute(data, input.variables, {
      always: postBuild.substituteStrategy === 'Always',
      strict: input.strictSubstitutions,
    }),
  );
}

function expandList(document: DataObject): DataObject[] {
  const { kind, items } = document;
  const isList = typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
  return isList ? items.filter(isObject) : [document];
}

/** The document as an object; none for documents without a type or name, and for kustomize's own. */
function toObject(document: DataObject): KubeObject[] {
  const { apiVersion, kind, metadata } = document;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || metadata === undefined || !isObject(metadata))
    return [];
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return [];
  const { group } = gvkOf({ apiVersion, kind });
  if (group === 'kustomize.config.k8s.io' && kind === 'Kustomization') return [];
  for (const field of ['labels', 'annotations'] as const) {
    const map = metadata[field];
    if (map !== undefined && map !== null && !isObject(map)) {
      throw failure(`metadata.${field} of ${kind}/${metadata['name']} is no map`);
    }
  }
  return [document as unknown as KubeObject]; // has just been checked
}

function refuseEncrypted(object: KubeObject): void {
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') return;
  if (object['sops'] === undefined || isNotDecrypted(object.metadata)) return;
  const subject = formatSubject(idOf(object));
  const message = `${subject} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`;
  throw new ReconcileError('ReconciliationFailed', message);
}

function failAs<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RemoteNeeded) throw cause;
    throw failure(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function failure(message: string, cause?: unknown): ReconcileError {
  return new ReconcileError('BuildFailed', message, { cause });
}

function isObject(data: Data | undefined): data is DataObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
