export interface JsonPatchOptions {
  /** Default 10 000. */
  readonly maxOperations?: number;
  /** Most bytes that `copy` operations may add (default 3 145 728). */
  readonly maxCopiedBytes?: number;
}

/** RFC 6902. `document` stays as it is. @throws PatchError */
export function applyJsonPatch(document: unknown, patch: unknown, options: JsonPatchOptions = {}): unknown {
  throw new Error(`not there yet: ${typeof document} ${typeof patch} ${typeof options}`);
}
