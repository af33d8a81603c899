import type { Accumulator } from './accumulator.ts';
import type { Build } from './build-state.ts';
import type { ScopeOf } from './cluster-scoped.ts';
import type { KustomizationFile } from './kustomization/read.ts';
import type { Limits } from './limits.ts';
import type { Loader } from './loader.ts';
import type { SchemaOf } from './merge/schema.ts';
import type { Origin } from './origin.ts';

/** What all layers of one build share. */
export interface BuildContext {
  readonly scopeOf: ScopeOf;
  readonly schemaOf: SchemaOf;
  readonly limits: Limits;
  /** Reports what may be a mistake and stops nothing. */
  readonly warn: (text: string) => void;
}

/** What the transformers and generators of one layer may use. */
export interface LayerContext {
  readonly build: BuildContext;
  readonly loader: Loader;
  /** Path of the kustomization file. */
  readonly file: string;
}

/** One kustomization or component, and where in the build it stands. */
export interface Layer {
  readonly build: Build;
  readonly loader: Loader;
  readonly file: KustomizationFile;
  /** Set when the entry asks for build metadata. */
  readonly origin: Origin | undefined;
  /** Layers above this one. */
  readonly depth: number;
  /** Adds what the paths lead to: each is a file or the folder of a layer. */
  accumulate(paths: readonly string[], into: Accumulator): void;
}

export function layerContext({ build, loader, file }: Layer): LayerContext {
  return { build, loader, file: file.path };
}
