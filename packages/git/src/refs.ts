/** One reference as the server lists it. */
export interface RemoteRef {
  readonly name: string;
  readonly oid: string;
  /** The commit of an annotated tag. */
  readonly peeled?: string;
}

/** A SHA-1 object name in full. */
export const oidPattern = /^[0-9a-f]{40}$/;

const maxNameBytes = 4096;

/**
 * Whether git itself would accept the name (`HEAD`, `refs/…`). A server may list anything; names that git refuses are
 * dropped before someone takes them for a path.
 * @see git-check-ref-format(1)
 */
export function isValidRefName(name: string): boolean {
  if (name === 'HEAD') return true;
  return (
    name.startsWith('refs/') &&
    name.length <= maxNameBytes &&
    !/[\u0000-\u0020\u007f~^:?*[\\]/.test(name) &&
    !name.includes('..') &&
    !name.includes('@{') &&
    !name.endsWith('.') &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}
