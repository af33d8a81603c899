/** One recorded outcome: the original either answered (`want`) or refused (`error`). */
export type VectorCase = {
  readonly name: string;
  readonly input: unknown;
  /** What the original answered, as JSON. Beside `error` it holds details that the runner does not compare. */
  readonly want?: unknown;
  /** The text of the refusal; in some families the whole Status, see `RefusedCase`. */
  readonly error?: unknown;
  /** Keys that only some families have, such as `notes`. */
  readonly [key: string]: unknown;
};

/** A file of recorded outcomes: one family. */
export type VectorFile = {
  readonly about: string;
  readonly oracle: string;
  /** The family, when the base name of the file does not say it. */
  readonly family?: string;
  readonly cases: readonly VectorCase[];
  /** Keys that only some families have, such as `crd`. */
  readonly [key: string]: unknown;
};

/**
 * Runs one case on our code and returns (or resolves to) the outcome in the shape of `want`; the runner compares.
 * A refused input is a thrown error, whose `message` is compared with the case's `error`.
 * @throws SkippedCase when the case is not to be run
 */
export type FamilyRunner = (input: unknown, kase: VectorCase, file: VectorFile) => unknown;

/** What each module of this folder exports that runs families. */
export type FamilyModule = { readonly families: Readonly<Record<string, FamilyRunner>> };

/** Thrown by a runner for a case that it leaves out; the message says why. */
export class SkippedCase extends Error {
  override readonly name = 'SkippedCase';
}

/** Thrown by a runner of a family whose `error` is data, such as the Status of an API server. */
export class RefusedCase extends Error {
  override readonly name = 'RefusedCase';
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super(JSON.stringify(outcome));
    this.outcome = outcome;
  }
}
