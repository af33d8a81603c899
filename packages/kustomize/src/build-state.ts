import type { Gvk } from './gvk.ts';
import type { BuildContext, Layer } from './layer-context.ts';
import { LimitError, type Limits } from './limits.ts';
import type { Schema } from './merge/schema.ts';
import { builtinOpenApi, requestOpenApi, type OpenApi } from './openapi.ts';

/** What all layers of a build share, and the one thing that changes meanwhile: the OpenAPI schema. */
export class Build implements BuildContext {
  readonly limits: Limits;
  readonly warn: (text: string) => void;
  #openApi: OpenApi | undefined;
  #layers = 0;

  constructor(limits: Limits, warn: (text: string) => void) {
    this.limits = limits;
    this.warn = warn;
  }

  /** Counts a layer that is about to be read. @param depth layers above it */
  countLayer(depth: number): void {
    const { maxDepth, maxLayers } = this.limits;
    if (depth > maxDepth) throw new LimitError(`more than ${maxDepth} layers below each other`);
    this.#layers++;
    if (this.#layers > maxLayers) throw new LimitError(`more than ${maxLayers} layers`);
  }

  /** The first layer that asks for a schema decides for the rest of the build. */
  useOpenApi({ file, loader }: Pick<Layer, 'file' | 'loader'>): void {
    const request = requestOpenApi(file.kustomization, loader);
    this.#openApi ??= request.parse();
  }

  readonly scopeOf = (gvk: Gvk): boolean => (this.#openApi ?? builtinOpenApi).scopeOf(gvk);

  readonly schemaOf = (apiVersion: string, kind: string): Schema | undefined =>
    (this.#openApi ?? builtinOpenApi).schemaOf(apiVersion, kind);
}
