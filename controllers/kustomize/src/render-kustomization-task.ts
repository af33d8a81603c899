import { RemoteNeeded } from '@sluice/kustomize';
import { render, type Rendered, type RenderInput } from './render.ts';

/** What a build has to have before it can go on. */
export type RemoteNeed = RemoteNeeded['need'];

export type RenderAnswer = { readonly rendered: Rendered } | { readonly need: RemoteNeed };

/** Runs in a compute thread. @throws ReconcileError */
export function run(input: RenderInput): RenderAnswer {
  try {
    return { rendered: render(input) };
  } catch (error) {
    if (error instanceof RemoteNeeded) return { need: error.need };
    throw error;
  }
}
