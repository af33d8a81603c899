import { posix } from 'node:path';
import { isRecord } from '@sluice/api';
import { specPath, type Written } from './flux-kustomizations.ts';
import { renderObjects } from './render.ts';
import type { SourceFolder } from './source-folder.ts';
import { readVariables, type ConfigLookup } from './variables.ts';

export interface LocalConfigs {
  readonly source: SourceFolder;
  /** All Kustomizations of the source. */
  readonly all: readonly Written[];
  /** The one that is rendered. */
  readonly of: Written;
  /** Folder in the source that `spec.path` counts from. */
  readonly anchor: string;
  readonly defaultNamespace: string;
  found(text: string): void;
}

/**
 * Finds ConfigMaps and Secrets among what the other Kustomizations of the same repository would apply: without a
 * cluster, that is where they come from. Those defined nearest to the one being rendered are asked first.
 */
export function localConfigs(options: LocalConfigs): ConfigLookup {
  const { all, of, defaultNamespace } = options;
  const others = all
    .filter(
      ({ object, file }) =>
        object !== of.object && (file !== of.file || object.metadata.name !== of.object.metadata.name),
    )
    .toSorted((a, b) => sharedFolders(b.file, of.file) - sharedFolders(a.file, of.file));
  return async ({ kind, name }, namespace) => {
    for (const other of others) {
      const found = (await objectsOf(other, options)).find(
        (object) =>
          object['kind'] === kind &&
          isRecord(object['metadata']) &&
          object['metadata']['name'] === name &&
          (object['metadata']['namespace'] ?? defaultNamespace) === namespace,
      );
      if (found === undefined) continue;
      options.found(`${kind} ${namespace}/${name} that the Kustomization ${other.object.metadata.name} makes`);
      return found;
    }
    return undefined;
  };
}

/** Another Kustomization that cannot be rendered here cannot have the object either. */
async function objectsOf({ object }: Written, { source, anchor, defaultNamespace }: LocalConfigs) {
  try {
    const namespace = object.metadata.namespace ?? defaultNamespace;
    const variables = await readVariables(object, namespace, undefined);
    const path = posix.join(anchor, specPath(object)).replace(/^\.$/, '');
    return await renderObjects({ object, namespace, source, path, variables, isStrict: false });
  } catch {
    return [];
  }
}

function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}
