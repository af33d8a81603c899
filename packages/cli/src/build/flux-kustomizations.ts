import { posix } from 'node:path';
import { isRecord, kustomizationGvk, type Kustomization } from '@sluice/api';
import { parseAllDocuments, toData, YamlError } from '@sluice/manifest';

/** A Kustomization as it is written in a file. */
export interface Written {
  readonly object: Kustomization;
  readonly file: string;
}

/** The Kustomizations in a text of one or many documents. @throws YamlError */
export function kustomizationsIn(text: string, file: string): Written[] {
  return parseAllDocuments(text, { setting: 'json', file })
    .flatMap((document) => tryKustomization(toData(document)) ?? [])
    .map((object) => ({ object, file }));
}

/** All Kustomizations in the YAML files of a source. Files that are no YAML, such as templates, have none. */
export function allKustomizations(files: ReadonlyMap<string, Uint8Array>): Written[] {
  return [...files].flatMap(([path, bytes]) => {
    if (!/\.ya?ml$/.test(path)) return [];
    const text = new TextDecoder().decode(bytes);
    return text.includes(kustomizationGvk.group) ? readable(() => kustomizationsIn(text, path)) : [];
  });
}

/** `value` when it is a Kustomization with a name and a spec; what is in the spec is for the server to check. */
export function tryKustomization(value: unknown): Kustomization | undefined {
  if (!isRecord(value) || !isRecord(value['metadata']) || !isRecord(value['spec'])) return undefined;
  const { apiVersion, kind, metadata } = value;
  const isOurs = typeof apiVersion === 'string' && apiVersion.startsWith(`${kustomizationGvk.group}/`);
  if (!isOurs || kind !== kustomizationGvk.kind || typeof metadata['name'] !== 'string') return undefined;
  return value as unknown as Kustomization;
}

/** The folder in the source, relative and clean; `''` is its root. */
export function specPath({ spec }: Kustomization): string {
  return posix.normalize(`/${spec.path ?? ''}`).replace(/^\/|\/$/g, '');
}

function readable<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof YamlError) return [];
    throw error;
  }
}
