import { compareBytes } from './byte-order.ts';
import { parsePolicy, type PolicyChoice } from './choose.ts';
import { PolicyError } from './error.ts';
import { parseFilter, type Candidates, type TagFilter } from './filter.ts';

/** The part of an ImagePolicy's spec that chooses the tag. */
export interface PolicySpec {
  readonly policy: PolicyChoice;
  readonly filterTags?: TagFilter | undefined;
}

export interface Selection {
  readonly tag: string;
  /** What was compared instead of the tag; the tag itself without `filterTags`. */
  readonly candidate: string;
  /** All that was compared, with the tag of each. */
  readonly candidates: Candidates;
}

/**
 * A policy that is ready to choose. The answer does not depend on the order of the tags.
 * @throws PolicyError `InvalidPolicy` at once, `Failure` by the function returned
 * @see image §4.4 to §4.6
 */
export function compilePolicy({ policy, filterTags }: PolicySpec): (tags: Iterable<string>) => Selection {
  const choose = parsePolicy(policy);
  const filter = filterTags === undefined ? wholeTags : parseFilter(filterTags);
  return (tags) => {
    const candidates = filter(sortTags(tags));
    if (candidates.size === 0) throw new PolicyError('Failure', 'version list argument cannot be empty');
    const candidate = choose(inOrderOfTags(candidates));
    return { tag: candidates.get(candidate) ?? candidate, candidate, candidates };
  };
}

function wholeTags(tags: Iterable<string>): Candidates {
  return new Map(Array.from(tags, (tag) => [tag, tag]));
}

/** Tags in descending order of bytes, which is how ties are decided. */
function sortTags(tags: Iterable<string>): string[] {
  return [...tags].sort((a, b) => compareBytes(b, a));
}

/** Candidates in the order of the tags they stand for, not of the first tag that gave them. */
function inOrderOfTags(candidates: Candidates): string[] {
  return [...candidates].sort(([, a], [, b]) => compareBytes(b, a)).map(([candidate]) => candidate);
}
