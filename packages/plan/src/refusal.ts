import { formatSubject, type ObjectId } from './identity.ts';

/** A refusal of the API server, in parts. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] | undefined;
}

/** Why a dry-run failed, in the words that users search for. @see spec kustomization-controller §11.7 */
export function formatDryRunRefusal(id: ObjectId, { code, reason, message, causes }: Refusal): string {
  const subject = formatSubject(id);
  if (code === 404) return `${subject} ${id.namespace === '' ? 'namespace not specified' : 'not found'}: ${message}`;
  const isConflict = causes?.some((cause) => cause.reason === 'FieldManagerConflict') === true;
  const shown = isConflict ? 'FieldManagerConflict' : reason;
  return shown === '' ? `${subject} dry-run failed: ${message}` : `${subject} dry-run failed (${shown}): ${message}`;
}

const immutable =
  /is immutable|immutable field|may not change once set|updates to \S+ spec for fields other than|may not (?:add or remove|change) fields|cannot change roleRef/;

/**
 * Whether the server refused nothing but a change of fields that cannot change. Deleting the object then helps; with any
 * other fault beside it the object would be deleted in vain.
 */
export function isImmutableRefusal({ code, message, causes = [] }: Refusal): boolean {
  if (code !== 409 && code !== 422) return false;
  const texts = causes.map((cause) => cause.message ?? '');
  return texts.length > 0 ? texts.every((text) => immutable.test(text)) : immutable.test(message);
}
