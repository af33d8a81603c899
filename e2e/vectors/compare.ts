import { RefusedCase, type VectorCase } from './case.ts';

export type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

/** Where and how an outcome differs from the recorded one. */
export type Difference = { readonly path: string; readonly want: unknown; readonly got: unknown };

/** The first difference between a case and what our code made of its input; `undefined` when it passes. */
export function compareOutcome(kase: VectorCase, outcome: Outcome): Difference | undefined {
  if (typeof kase.error === 'string') return compareRefusal(kase.error, outcome);
  if (kase.error !== undefined) return compareStatus(kase.error, outcome);
  if ('thrown' in outcome) return { path: '', want: kase.want, got: describeThrown(outcome.thrown) };
  return firstDifference(kase.want, toJson(outcome.value), '');
}

/**
 * Whether our error text counts as the recorded one. What follows `YAMLToJSON:`, and what follows the first Go type in
 * the text, is the original's own wording and is left out on both sides.
 */
export function isSameErrorText(want: string, got: string): boolean {
  const shared = sharedPart(want);
  return shared === want ? got === want : got.startsWith(shared);
}

// A type is named ("is of the type string") or printed as Go prints values of dynamic type.
const goType =
  /(?:\[\]|\*)*(?:interface ?\{\}|map\[[\w ]+(?:\{\})?\]\w|\bstruct\b|\b(?:v\d\w*|resid|time)\.[A-Z])|\bof (?:the )?type |\bcannot (?:convert|restore|unmarshal) |%!|<nil>|\b0xPTR\b/;

function sharedPart(text: string): string {
  const yaml = text.indexOf('YAMLToJSON:');
  const ends = [yaml < 0 ? text.length : yaml + 'YAMLToJSON:'.length, goType.exec(text)?.index ?? text.length];
  return text.slice(0, Math.min(...ends));
}

function compareRefusal(want: string, outcome: Outcome): Difference | undefined {
  if (want.startsWith('panic: ')) return compareCrash(want, outcome);
  if (!('thrown' in outcome)) return { path: '', want: `error: ${want}`, got: toJson(outcome.value) };
  const got = describeThrown(outcome.thrown);
  return isSameErrorText(`error: ${want}`, got) ? undefined : { path: '', want: `error: ${want}`, got };
}

/** Where the original crashed ours may refuse or answer, but not fail by a mistake of its own. */
function compareCrash(want: string, outcome: Outcome): Difference | undefined {
  const crashed = 'thrown' in outcome && (outcome.thrown instanceof TypeError || outcome.thrown instanceof RangeError);
  return crashed
    ? { path: '', want: `no crash (the original: ${want})`, got: describeThrown(outcome.thrown) }
    : undefined;
}

function compareStatus(want: unknown, outcome: Outcome): Difference | undefined {
  if (!('thrown' in outcome)) return { path: '', want, got: toJson(outcome.value) };
  if (!(outcome.thrown instanceof RefusedCase)) return { path: '', want, got: describeThrown(outcome.thrown) };
  return firstDifference(want, toJson(outcome.thrown.outcome), '');
}

function describeThrown(thrown: unknown): string {
  return `error: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

/** The value as JSON would carry it, as that is what was recorded: members that are undefined are not there. */
function toJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function firstDifference(want: unknown, got: unknown, path: string): Difference | undefined {
  if (Array.isArray(want) && Array.isArray(got)) return firstOf(range(want, got), want, got, path);
  if (isRecord(want) && isRecord(got)) return firstOf(keys(want, got), want, got, path);
  return want === got || isSameErrorMember(path, want, got) ? undefined : { path, want, got };
}

/** Some families record a refusal inside of the answer, under `error`, `buildError` and the like. */
function isSameErrorMember(path: string, want: unknown, got: unknown): boolean {
  return /error$/i.test(path) && typeof want === 'string' && typeof got === 'string' && isSameErrorText(want, got);
}

function firstOf(names: readonly string[], want: object, got: object, path: string): Difference | undefined {
  for (const name of names) {
    const at = path === '' ? name : `${path}.${name}`;
    if (Object.hasOwn(want, name) !== Object.hasOwn(got, name))
      return { path: at, want: get(want, name), got: get(got, name) };
    const difference = firstDifference(get(want, name), get(got, name), at);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function range(want: readonly unknown[], got: readonly unknown[]): string[] {
  return Array.from({ length: Math.max(want.length, got.length) }, (_, index) => String(index));
}

function keys(want: object, got: object): string[] {
  return [...new Set([...Object.keys(want), ...Object.keys(got)])];
}

function get(container: object, name: string): unknown {
  return Object.hasOwn(container, name) ? (container as Record<string, unknown>)[name] : undefined;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
