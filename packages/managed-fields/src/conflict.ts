import { identityOf, type ManagerEntry } from './entry.ts';
import { pathsOf, type FieldSet } from './field-set.ts';
import { compareText } from './json.ts';
import { comparePaths, formatPath, type FieldPath } from './path.ts';

/** One field that someone else owns. */
export interface Conflict {
  readonly owner: ManagerEntry;
  readonly path: FieldPath;
}

export interface ConflictCause {
  readonly reason: 'FieldManagerConflict';
  readonly message: string;
  readonly field: string;
}

/** Others own fields that an apply would change. `message` and `causes` are those of the 409 (kube-api.md §7.6). */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly conflicts: readonly Conflict[];
  /** By path. */
  readonly causes: readonly ConflictCause[];

  constructor(conflicts: readonly Conflict[]) {
    super(conflictMessage(conflicts));
    this.conflicts = conflicts;
    this.causes = [...conflicts].sort((a, b) => comparePaths(a.path, b.path) || byOwner(a, b)).map(causeOf);
  }
}

export function conflictsOf(owner: ManagerEntry, fields: FieldSet): Conflict[] {
  return pathsOf(fields).map((path) => ({ owner, path }));
}

/** An owner as messages name it: `"mgr" with subresource "status" using v1`. */
export function describeOwner({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  const on = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${on}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function causeOf({ owner, path }: Conflict): ConflictCause {
  return {
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeOwner(owner)}`,
    field: formatPath(path),
  };
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${describeOwner(first.owner)}: ${formatPath(first.path)}`;
  }
  const lines: string[] = [];
  let owner = '';
  for (const conflict of [...conflicts].sort((a, b) => byOwner(a, b) || comparePaths(a.path, b.path))) {
    const identity = identityOf(conflict.owner);
    if (identity !== owner) lines.push(`conflicts with ${describeOwner(conflict.owner)}:`);
    owner = identity;
    lines.push(`- ${formatPath(conflict.path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function byOwner(a: Conflict, b: Conflict): number {
  return compareText(identityOf(a.owner), identityOf(b.owner));
}
