/** A text or an object that cannot be substituted; `message` is worded as Flux does. */
export class SubstitutionError extends Error {
  override readonly name = 'SubstitutionError';
}
