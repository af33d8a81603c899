import { RegexpError, compileRegexp, expandTemplate } from '@sluice/go-regexp';
import { PolicyError } from './error.ts';

/** `spec.filterTags` of an ImagePolicy. */
export interface TagFilter {
  /** RE2, matched anywhere in the tag; empty matches every tag. */
  readonly pattern?: string | undefined;
  /** What of the tag is compared, with references to the pattern's groups; empty for the whole tag. */
  readonly extract?: string | undefined;
}

/** Tags by the text that is compared instead of them, in the order in which the texts were first met. */
export type Candidates = ReadonlyMap<string, string>;

/**
 * Of tags that give the same candidate the last one is kept.
 * @throws PolicyError `InvalidPolicy` for a bad pattern
 */
export function parseFilter({ pattern = '', extract = '' }: TagFilter): (tags: Iterable<string>) => Candidates {
  const regexp = compile(pattern);
  return (tags) => {
    const candidates = new Map<string, string>();
    for (const tag of tags) {
      const match = regexp.find(tag);
      if (match !== undefined) candidates.set(extract === '' ? tag : expandTemplate(extract, match), tag);
    }
    return candidates;
  };
}

function compile(pattern: string): ReturnType<typeof compileRegexp> {
  try {
    return compileRegexp(pattern);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    const message = `failed to filter tags: invalid regular expression pattern '${pattern}': ${error.message}`;
    throw new PolicyError('InvalidPolicy', message, { cause: error });
  }
}
