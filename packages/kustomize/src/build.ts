import { newAccumulator } from './accumulator.ts';
import { Build } from './build-state.ts';
import { locateErrors } from './errors.ts';
import type { FileTree } from './file-tree.ts';
import { BuildResult, cleanAnnotations, dropLocal } from './finish.ts';
import { addHashSuffixes } from './hash.ts';
import { openLayer, runLayer } from './layer.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Loader, type LoadRestriction, type Remotes } from './loader.ts';
import { fixNameReferences } from './name-references.ts';
import { inOrder, type Reorder } from './order.ts';
import { mapEntriesTransformer } from './transformers/map-entries.ts';
import { fieldSpec } from './field-spec.ts';
import { resolveVars } from './vars.ts';

export interface BuildOptions {
  /** Default `rootOnly`, as on kustomize's command line; a tree that holds no more than it may can take `none`. */
  readonly loadRestriction?: LoadRestriction;
  /** Order where the entry has no `sortOptions`: `legacy` (default, the command line's) or `none` (Flux). */
  readonly reorder?: Reorder;
  /** Content from outside the tree. Without it a remote base or file is an error. */
  readonly remotes?: Remotes;
  readonly limits?: Partial<Limits>;
  /** Adds the managed-by label even if `buildMetadata` does not ask for it. */
  readonly addManagedByLabel?: boolean;
  /** Version in the managed-by label (default `v5.8.1`). */
  readonly version?: string;
}

/**
 * Builds a kustomization, as `kustomize build` of version 5.8.1 does, byte for byte.
 * @param path folder of the kustomization in the tree, absolute or relative to its root
 * @throws KustomizeError, and no other error for whatever the tree holds; `RemoteNeeded` when `remotes` lacks something
 */
export function buildKustomization(tree: FileTree, path: string, options: BuildOptions = {}): BuildResult {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const limits = { ...defaultLimits, ...options.limits };
  const build = new Build(limits, warn);
  const { loadRestriction: restriction = 'rootOnly', remotes } = options;
  const loader = Loader.atEntry(tree, path, { restriction, remotes, limits, warn, usage: { bytes: 0 } });
  const entry = openLayer(loader, { build, origin: undefined, depth: 0 });
  const { buildMetadata = [], sortOptions } = entry.file.kustomization;
  build.useOpenApi(entry);
  return locateErrors({ file: entry.file.path }, () => {
    const all = newAccumulator(limits.maxResources);
    runLayer(entry, all);
    addHashSuffixes(all.resources);
    fixNameReferences(all.resources.list, all.config.nameReference);
    const unused = resolveVars(all.resources.list, all.vars, all.config.varReference);
    if (unused.length > 0) warn(`well-defined vars that were never replaced: ${unused.join(',')}`);
    dropLocal(all.resources);
    all.resources.replaceAll(inOrder(all.resources.list, sortOptions, options.reorder ?? 'legacy'));
    const isManaged = options.addManagedByLabel === true || buildMetadata.includes('managedByLabel');
    if (isManaged) addManagedBy(options.version ?? 'v5.8.1')(all.resources);
    for (const resource of all.resources.list) cleanAnnotations(resource, buildMetadata);
    return new BuildResult(all.resources.list, warnings);
  });
}

function addManagedBy(version: string) {
  const labels = { 'app.kubernetes.io/managed-by': `kustomize-${version}` };
  return mapEntriesTransformer(labels, [fieldSpec({ path: 'metadata/labels', create: true })]);
}
