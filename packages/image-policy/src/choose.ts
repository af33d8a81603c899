import { SemverError, compareVersions, parseRange, tryParseTagVersion, type Version } from '@sluice/semver';
import { compareBytes } from './byte-order.ts';
import { PolicyError } from './error.ts';
import { tryParseFloat } from './number.ts';

/** `spec.policy` of an ImagePolicy. Of several the first in the order of this type counts. */
export interface PolicyChoice {
  readonly semver?: { readonly range: string } | undefined;
  /** `asc`, the default, chooses the last in byte order. */
  readonly alphabetical?: { readonly order?: string | undefined } | undefined;
  /** `asc`, the default, chooses the greatest. */
  readonly numerical?: { readonly order?: string | undefined } | undefined;
}

/** Picks one of the candidates, of which there is at least one. @throws PolicyError `Failure` */
export type Choose = (candidates: readonly string[]) => string;

/** @throws PolicyError `InvalidPolicy` */
export function parsePolicy(policy: PolicyChoice): Choose {
  if (policy.semver !== undefined) return semverChoice(policy.semver.range);
  if (policy.alphabetical !== undefined) return alphabeticalChoice(parseOrder(policy.alphabetical.order));
  if (policy.numerical !== undefined) return numericalChoice(parseOrder(policy.numerical.order));
  throw new PolicyError('InvalidPolicy', 'invalid policy: given ImagePolicyChoice object is invalid');
}

function semverChoice(text: string): Choose {
  const range = parseRangeOf(text);
  return (candidates) => {
    let latest: Version | undefined;
    for (const candidate of candidates) {
      const version = tryParseTagVersion(candidate);
      if (version === undefined || !range.test(version)) continue;
      if (latest === undefined || compareVersions(version, latest) > 0) latest = version;
    }
    if (latest !== undefined) return latest.raw;
    throw new PolicyError('Failure', 'unable to determine latest version from provided list');
  };
}

function parseRangeOf(text: string): ReturnType<typeof parseRange> {
  try {
    return parseRange(text);
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    throw new PolicyError('InvalidPolicy', `invalid policy: ${error.message}`, { cause: error });
  }
}

/** 1 for ascending, -1 for descending. */
type Direction = 1 | -1;

function parseOrder(order = ''): Direction {
  const upper = order.toUpperCase();
  if (upper === '' || upper === 'ASC') return 1;
  if (upper === 'DESC') return -1;
  const message = `invalid policy: invalid order argument provided: '${upper}', must be one of: ASC, DESC`;
  throw new PolicyError('InvalidPolicy', message);
}

function alphabeticalChoice(direction: Direction): Choose {
  return (candidates) => candidates.reduce((best, next) => (compareBytes(next, best) * direction > 0 ? next : best));
}

/** Of equal numbers the last candidate is taken, and nothing is less or greater than a `nan`. */
function numericalChoice(direction: Direction): Choose {
  return (candidates) => {
    let best: { readonly candidate: string; readonly value: number } | undefined;
    for (const candidate of candidates) {
      const value = tryParseFloat(candidate);
      if (value === undefined) {
        throw new PolicyError('Failure', `failed to parse invalid numeric value '${candidate}'`);
      }
      const isBehind = best !== undefined && value * direction < best.value * direction;
      if (!isBehind) best = { candidate, value };
    }
    return best?.candidate ?? '';
  };
}
