import { findCondition, type GitRepository } from '@sluice/api';

/** A condition as `True Succeeded: message`; `undefined` when it is not there. */
export function condition(repo: GitRepository | undefined, type: string): string | undefined {
  const found = findCondition(repo?.status?.conditions, type);
  return found === undefined ? undefined : `${found.status} ${found.reason}: ${found.message}`;
}
