import { kustomizationFileNames, KustomizeError, readResources } from '@sluice/kustomize';
import { stringify } from '@sluice/manifest';

/** A folder of the artifact: what is in it, by name. */
type Folder = Map<string, Folder | Uint8Array>;

/**
 * The text of a kustomization file for a folder without one: all YAML files below it, and folders with a kustomization
 * file of their own.
 * @param files path → content of the whole artifact; paths relative, `/`-separated
 * @param path of the folder, relative and clean, `''` for the root
 * @throws KustomizeError when a file is no Kubernetes YAML @see spec kustomization-controller §6.2
 */
export function generateKustomization(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  const resources = [...walk(folderAt(files, path), path, '.')];
  const type = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  // A file without resources would be refused as empty.
  return stringify(resources.length > 0 ? { ...type, resources } : { ...type, namespace: '_placeholder' });
}

function* walk(folder: Folder, path: string, shown: string): Generator<string> {
  const entries = [...folder].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, content] of entries) {
    const file = path === '' ? name : `${path}/${name}`;
    if (content instanceof Map) {
      if (hasKustomization(content)) yield `${shown}/${name}`;
      else yield* walk(content, file, `${shown}/${name}`);
    } else if (/\.ya?ml$/.test(name)) {
      checkManifests(content, file);
      yield `${shown}/${name}`;
    }
  }
}

function hasKustomization(folder: Folder): boolean {
  return kustomizationFileNames.some((name) => folder.get(name) instanceof Uint8Array);
}

function checkManifests(content: Uint8Array, file: string): void {
  try {
    readResources(new TextDecoder().decode(content), { file, scopeOf: () => false });
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.prefixed(`failed to decode Kubernetes YAML from ${file}`);
  }
}

function folderAt(files: ReadonlyMap<string, Uint8Array>, path: string): Folder {
  const root: Folder = new Map();
  const prefix = path === '' ? '' : `${path}/`;
  for (const [file, content] of files) {
    if (!file.startsWith(prefix)) continue;
    const steps = file.slice(prefix.length).split('/');
    let folder = root;
    for (const step of steps.slice(0, -1)) {
      const next = folder.get(step);
      const child: Folder = next instanceof Map ? next : new Map();
      folder.set(step, child);
      folder = child;
    }
    folder.set(steps.at(-1)!, content);
  }
  return root;
}
