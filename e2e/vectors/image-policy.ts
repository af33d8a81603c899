import { compilePolicy, type PolicySpec, type Selection } from '@sluice/image-policy';
import type { FamilyRunner } from './case.ts';

type Input = PolicySpec & { readonly tags: readonly string[] | null };

export const families: Record<string, FamilyRunner> = {
  'image-policy': (input, { want }) => {
    const { tags, ...spec } = input as Input;
    return describe(compilePolicy(spec)(tags ?? []), (want ?? {}) as object);
  },
};

/** What was chosen, in as much detail as was recorded. `oneOf` only lists what the original may answer at random. */
function describe({ tag, candidate, candidates }: Selection, want: object): object {
  return {
    tag,
    ...('candidate' in want ? { candidate } : {}),
    ...('candidates' in want ? { candidates: Object.fromEntries(candidates) } : {}),
    ...('oneOf' in want ? { oneOf: want.oneOf } : {}),
  };
}
