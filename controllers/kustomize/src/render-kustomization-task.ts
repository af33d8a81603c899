import { render, type Rendered, type RenderInput } from './render.ts';

/** Runs in a compute thread. @throws ReconcileError */
export function run(input: RenderInput): Rendered {
  return render(input);
}
