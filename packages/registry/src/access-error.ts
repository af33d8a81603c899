/** Settings or Secrets that give no access; the message goes behind `failed to configure authentication options: `. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}
