import { buildKustomization, type BuildOptions } from './build.ts';
import { KustomizeError } from './errors.ts';
import { memoryTree, type FileTree } from './file-tree.ts';
import type { BuildResult } from './finish.ts';
import { encodeText } from './text.ts';

/** For tests: path → text. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function treeOf(files: Files): FileTree {
  const bytes = ([path, content]: [string, string | Uint8Array]) =>
    [path, typeof content === 'string' ? encodeText(content) : content] as const;
  return memoryTree(new Map(Object.entries(files).map(bytes)));
}

/** Builds the folder `o` if there is one, else the root. */
export function build(files: Files, options: BuildOptions = {}): BuildResult {
  const tree = treeOf(files);
  return buildKustomization(tree, tree.resolve('/o') === undefined ? '/' : '/o', options);
}

export function buildText(files: Files, options: BuildOptions = {}): string {
  return build(files, options).toYaml();
}

/** Upstream's text of the error that the build must end with. */
export function buildError(files: Files, options: BuildOptions = {}): string {
  return buildFailure(files, options).upstream;
}

export function buildFailure(files: Files, options: BuildOptions = {}): KustomizeError {
  try {
    buildText(files, options);
  } catch (error) {
    if (error instanceof KustomizeError) return error;
    throw error;
  }
  throw new Error('the build succeeds');
}

/** A ConfigMap in one line. */
export function configMap(name: string, data = '{a: b}'): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: ${data}}\n`;
}
