import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { kustomizationsIn, specPath, type Written } from './flux-kustomizations.ts';

/** @throws Error when the file cannot be read or does not hold the Kustomization */
export function fromFile(path: string, name: string, namespace: string): Written {
  const found = kustomizationsIn(readText(path), path).find(
    ({ object: { metadata } }) => metadata.name === name && (metadata.namespace ?? namespace) === namespace,
  );
  if (found !== undefined) return found;
  throw new Error(`failed find kustomization with name '${name}' and namespace '${namespace}' in file '${path}'`);
}

/**
 * The Kustomization of a repository that has the name; of several, the one whose `spec.path` is the folder.
 * @param namespace `undefined` for any
 * @param path the folder, relative to the repository's root
 * @throws Error when several are left
 */
export function fromRepository(
  all: readonly Written[],
  { name, namespace, path }: { name: string; namespace: string | undefined; path: string },
): Written | undefined {
  const named = all.filter(
    ({ object: { metadata } }) =>
      metadata.name === name && (namespace === undefined || (metadata.namespace ?? namespace) === namespace),
  );
  const here = named.filter(({ object }) => anchorOf(path, specPath(object)) !== undefined);
  const left = here.length > 0 ? here : named;
  if (left.length < 2) return left[0];
  const files = left.map(({ file }) => file).join(', ');
  throw new Error(`several Kustomizations are called '${name}': say which with --kustomization-file (${files})`);
}

/** What is left of `path` before `spec.path`; `undefined` when it does not end with it. */
export function anchorOf(path: string, ending: string): string | undefined {
  if (ending === '') return path;
  if (path === ending) return '';
  return path.endsWith(`/${ending}`) ? path.slice(0, -ending.length - 1) : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (cause) {
    throw new Error(`invalid kustomization file "${path}"`, { cause });
  }
}
