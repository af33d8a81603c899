import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { formatKey, gvkOf, keyOf, kindSchemas, type KubeObject } from '@sluice/api';
import { parseAllDocuments, toData } from '@sluice/manifest';

/** A manifest of a kind that Sluice reconciles, or of a CRD of Flux, and the file it is in. */
export interface FoundManifest {
  readonly object: KubeObject;
  /** Relative to the folder that was searched. */
  readonly file: string;
}

const crdKind = 'CustomResourceDefinition';
const maxFileBytes = 4 * 1024 * 1024;
const maxFiles = 20_000;
const skippedFolders = new Set(['.git', 'node_modules']);

/**
 * All such manifests in the YAML files below a folder, in the order of paths.
 * A file that is no YAML is passed over: it may be a template, and what is wrong with it is told when it is applied.
 */
export async function findManifests(folder: string): Promise<FoundManifest[]> {
  const found: FoundManifest[] = [];
  for (const path of await yamlFiles(folder)) {
    if ((await stat(path)).size > maxFileBytes) continue;
    const text = await readFile(path, 'utf8');
    const file = relative(folder, path);
    if (text.includes('toolkit.fluxcd.io')) found.push(...manifestsIn(text, file));
  }
  return found;
}

async function yamlFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const visit = async (dir: string): Promise<void> => {
    const entries = (await readdir(dir, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (files.length >= maxFiles) return;
      const path = join(dir, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) await visit(path);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) files.push(path);
    }
  };
  await visit(folder);
  return files;
}

function manifestsIn(text: string, file: string): FoundManifest[] {
  let documents: unknown[];
  try {
    documents = parseAllDocuments(text, { setting: 'json', file }).map(toData);
  } catch {
    return []; // see above
  }
  return documents.filter(isOurs).map((object) => ({ object: inNamespace(object), file }));
}

/** A manifest without a namespace goes where Flux lives; mostly a kustomization.yaml beside it would say just that. */
function inNamespace(object: KubeObject): KubeObject {
  if (object.kind === crdKind || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'flux-system' } };
}

/** The CRDs of Flux's other kinds, which a cluster has before it reconciles anything. Ours are there already. */
export function fluxCrds(manifests: readonly FoundManifest[]): KubeObject[] {
  const own = new Set(kindSchemas.map(({ gvk }) => `${gvk.group}/${gvk.kind}`));
  return manifests.filter(isCrd).flatMap(({ object }) => {
    const { group, names } = object['spec'] as { readonly group: string; readonly names?: { readonly kind?: string } };
    return own.has(`${group}/${names?.kind}`) ? [] : [object];
  });
}

export interface ChosenManifests {
  readonly manifests: readonly FoundManifest[];
  /** What was left out, in words. */
  readonly notices: readonly string[];
}

/** One manifest of each object, the first. A repository for several clusters has an object of one name for each of them. */
export function oneOfEach(manifests: readonly FoundManifest[]): ChosenManifests {
  const chosen = new Map<string, FoundManifest>();
  const notices: string[] = [];
  for (const found of manifests.filter((one) => !isCrd(one))) {
    const name = `${found.object.kind} ${formatKey(keyOf(found.object))}`;
    const first = chosen.get(name);
    if (first === undefined) chosen.set(name, found);
    else notices.push(`${name} of ${found.file} is left out for that of ${first.file}; --cluster DIR chooses`);
  }
  return { manifests: [...chosen.values()], notices };
}

function isCrd({ object }: FoundManifest): boolean {
  return object.kind === crdKind;
}

function isOurs(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string') return false;
  const gvk = gvkOf({ apiVersion, kind });
  if (kind === crdKind && gvk.group === 'apiextensions.k8s.io') return isOfFlux(value);
  return kindSchemas.some((schema) => schema.gvk.group === gvk.group && schema.gvk.kind === kind);
}

function isOfFlux(crd: object): boolean {
  const { group } = ((crd as { readonly spec?: unknown }).spec ?? {}) as { readonly group?: unknown };
  return typeof group === 'string' && group.endsWith('.toolkit.fluxcd.io');
}
