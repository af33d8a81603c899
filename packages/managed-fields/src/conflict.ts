import type { FieldPath } from './path.ts';

export interface Conflict {
  /** As printed: `"mgr" with subresource "status" using v1`. */
  readonly manager: string;
  readonly path: FieldPath;
}

/** Others own fields that the apply would change. `message` and `causes` are those of the 409 (kube-api.md §7.6). */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly conflicts: readonly Conflict[];
  readonly causes: readonly { reason: 'FieldManagerConflict'; message: string; field: string }[];

  constructor(conflicts: readonly Conflict[]) {
    super('not there yet');
    this.conflicts = conflicts;
    this.causes = [];
  }
}
