/**
 * One step from a value to a value inside it, as the key that fieldsV1 writes for it (kube-api.md §7.2):
 * `f:<name>` a struct field or map key, `k:<json object>` an item of a keyed list, `v:<json scalar>` an item of a set,
 * `i:<n>` an index. Always in canonical form (keys sorted, compact), so that equal steps are equal strings.
 */
export type PathElement = string;

export type FieldPath = readonly PathElement[];

/** As messages print it: `.spec.containers[name="nginx"].image`. */
export function formatPath(path: FieldPath): string {
  throw new Error('not there yet');
}

/** The item of a keyed list with these key fields. */
export function keyElement(fields: Readonly<Record<string, unknown>>): PathElement {
  throw new Error('not there yet');
}
