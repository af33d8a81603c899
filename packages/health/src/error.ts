/** An object whose health cannot be told, such as one with a status of another shape. */
export class HealthError extends Error {
  override readonly name = 'HealthError';
}
