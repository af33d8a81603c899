/** RFC 7386. `document` stays as it is. @throws PatchError `format` when the patch is no object */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  throw new Error(`not there yet: ${typeof document} ${typeof patch}`);
}
