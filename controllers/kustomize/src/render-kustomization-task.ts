import { RemoteNeeded } from '@sluice/kustomize';
import { render, type Rendered, type RenderInput } from './render.ts';

/** The manifests, or what has to be fetched before there can be any. */
export type RenderAnswer = { readonly rendered: Rendered } | { readonly need: RemoteNeeded['need'] };

/** Runs in a compute thread. @throws ReconcileError */
export function run(input: RenderInput): RenderAnswer {
  try {
    return { rendered: render(input) };
  } catch (error) {
    if (error instanceof RemoteNeeded) return { need: error.need };
    throw error;
  }
}
