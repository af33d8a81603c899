import { newAccumulator } from './accumulator.ts';
import { KustomizeError } from './errors.ts';
import { joinPath } from './file-tree.ts';
import type { Layer } from './layer-context.ts';
import { isFinal } from './loader.ts';
import { enterOrigin, originOf, setConfigOrigin, type Configured } from './origin.ts';
import { readResourceSet } from './read-resources.ts';
import type { Resource } from './resource.ts';

/** Note of a built-in plug-in that the layer's own fields configure. */
export function builtinOrigin({ origin, file }: Layer, kind: string): Configured | undefined {
  if (origin === undefined) return undefined;
  const { path, ...repo } = origin;
  return { ...repo, configuredIn: joinPath(path, file.fileName), apiVersion: 'builtin', kind };
}

/** Note of a plug-in that a resource configures. */
export function pluginOrigin(resource: Resource): Configured | undefined {
  const origin = originOf(resource);
  if (origin === undefined) return undefined;
  const { path, ...repo } = origin;
  const { apiVersion, kind, name, namespace } = resource;
  return { ...repo, configuredIn: path, apiVersion, kind, name, namespace };
}

/** The resources that configure plug-ins: those written in the kustomization, then those that paths lead to. */
export function pluginConfigs(layer: Layer, items: readonly string[]): readonly Resource[] {
  const found = newAccumulator(layer.build.limits.maxResources);
  const paths: string[] = [];
  for (const item of items) {
    const inline = tryReadInline(layer, item);
    if (inline === undefined) paths.push(item);
    else found.resources.appendAll(inline);
  }
  layer.accumulate(paths, found);
  return found.resources.list;
}

function tryReadInline({ file, build, origin }: Layer, text: string): Resource[] | undefined {
  try {
    const resources = readResourceSet(text, { file: file.path, scopeOf: build.scopeOf });
    if (origin !== undefined)
      for (const resource of resources) setConfigOrigin(resource, enterOrigin(origin, file.fileName));
    return resources;
  } catch (error) {
    if (isFinal(error) || !(error instanceof KustomizeError)) throw error;
    return undefined; // then it is a path
  }
}
