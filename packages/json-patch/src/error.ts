/**
 * - `invalid`: the operations do not apply (422, generic message, nothing applied)
 * - `format`: the patch is malformed (400)
 * - `tooLarge`: more operations or copies than allowed (413)
 * - `failed`: a strategic merge that cannot be carried out (500, empty reason)
 */
export type PatchProblem = 'invalid' | 'format' | 'tooLarge' | 'failed';

/** Why a patch was refused; `message` is the text the API server answers with. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly problem: PatchProblem;

  constructor(problem: PatchProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
