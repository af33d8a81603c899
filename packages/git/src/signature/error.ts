/** A signature that is missing, of an unknown kind, or of nobody who is trusted. Worded as Flux does. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}
