import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, BuiltResource } from '@sluice/kustomize';
import { stringify } from '@sluice/manifest';

/**
 * Writes the whole text to a file or, when `path` is a folder, each object to a file of its own, named as kustomize
 * names them. What cannot be printed is found before the first file is written.
 * @param path absolute
 */
export function writeResult(result: BuildResult, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return writeFileSync(path, result.toYaml());
  const several = new Set(result.resources.flatMap(namespaceOf)).size > 1;
  const files = result.resources.map(
    (resource) => [fileName(resource, several), stringify(resource.toData())] as const,
  );
  for (const [name, text] of files) writeFileSync(join(path, name), text);
}

/** @param withNamespace whether the objects lie in several namespaces */
function fileName(resource: BuiltResource, withNamespace: boolean): string {
  const { apiVersion, kind, name } = resource;
  const parts = [...apiVersion.split('/'), kind].filter((part) => part !== '');
  const file = `${parts.join('_')}_${name}.yaml`;
  const full = (withNamespace ? [...namespaceOf(resource), file].join('_') : file).toLowerCase();
  if (full.includes('/')) throw new Error(`cannot write ${kind} '${name}' to a file of its own: its name has a slash`);
  return full;
}

function namespaceOf({ isClusterScoped, namespace }: BuiltResource): string[] {
  return isClusterScoped ? [] : [namespace || 'default'];
}
