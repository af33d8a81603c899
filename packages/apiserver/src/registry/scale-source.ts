/** Where a resource keeps what its Scale shows; dotted paths without the leading dot. */
export interface ScaleSource {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  /** A label selector, as an object or as text. */
  readonly selector: string | undefined;
  /** Whether a Scale without replicas is an error rather than one of 0. */
  readonly needsReplicas: boolean;
}
