import { YamlError, stringify, toBuildData, type Data } from '@sluice/manifest';
import { KustomizeError } from './errors.ts';
import { goDump } from './go-dump.ts';
import {
  annotationOf,
  buildAnnotations,
  localConfigAnnotation,
  metadataOf,
  originAnnotation,
  transformationsAnnotation,
} from './identity.ts';
import { checkMetadata } from './read-resources.ts';
import type { Resource, ResourceOrigin } from './resource.ts';
import type { ResourceSet } from './resource-set.ts';
import { peekField, valueOf } from './tree.ts';

/** One object of the output. */
export interface BuiltResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `''` when it has none. */
  readonly namespace: string;
  /** Whether the kind is known to have no namespace, whatever is written. */
  readonly isClusterScoped: boolean;
  /** Where it was first read or generated. */
  readonly origin: ResourceOrigin;
  /** The object as data, made anew at each call. @throws KustomizeError when it cannot be printed */
  toData(): Data;
}

/** What a build made. Printing may still fail: odd keys and duplicate ones are found only then, as upstream does. */
export class BuildResult {
  readonly resources: readonly BuiltResource[];
  /** What kustomize prints on stderr, and hints of our own. */
  readonly warnings: readonly string[];

  constructor(resources: readonly Resource[], warnings: readonly string[]) {
    this.resources = resources.map(builtResource);
    this.warnings = warnings;
  }

  /** The text that `kustomize build` prints. @throws KustomizeError */
  toYaml(): string {
    return this.resources.map((resource) => stringify(resource.toData())).join('---\n');
  }
}

/** Drops what is meant for local tools only; it took part in everything until now (engine §1.1-7). */
export function dropLocal(resources: ResourceSet): void {
  for (const { root } of resources.list) checkMetadata(root);
  resources.replaceAll(resources.list.filter((resource) => !isLocal(resource)));
}

/** Takes the engine's notes away; as a side effect all annotations become strings (engine §15.3). */
export function cleanAnnotations(resource: Resource, buildMetadata: readonly string[]): void {
  const annotations = resource.annotations();
  for (const key of buildAnnotations) annotations.delete(key);
  if (!buildMetadata.includes('originAnnotations')) annotations.delete(originAnnotation);
  if (!buildMetadata.includes('transformerAnnotations')) annotations.delete(transformationsAnnotation);
  resource.setAnnotations(annotations);
}

function isLocal({ root }: Resource): boolean {
  const value = peekField(peekField(metadataOf(root), 'annotations'), localConfigAnnotation);
  return annotationOf(root, localConfigAnnotation) !== undefined && valueOf(value) !== 'false';
}

function builtResource(resource: Resource): BuiltResource {
  const { apiVersion, kind, name, namespace, isClusterScoped, origin } = resource;
  return { apiVersion, kind, name, namespace, isClusterScoped, origin, toData: () => printedData(resource) };
}

function printedData(resource: Resource): Data {
  try {
    return toBuildData(resource.root);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { file, line } = resource.origin;
    const place = error.line === 0 ? { file, line } : { file: error.file ?? file, line: error.line };
    // What JSON cannot hold was decoded before, and upstream quotes it; what cannot be decoded leaves nothing to quote.
    const isDecoded = error.message.startsWith('json:');
    const dump = isDecoded ? goDump(resource.root) : 'map[string]interface {}(nil)';
    throw new KustomizeError(`${dump}: ${error.message}`, place, { cause: error });
  }
}
