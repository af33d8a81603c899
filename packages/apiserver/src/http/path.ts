/** What a URL path below `/api` or `/apis` names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** `''` when the path has none. */
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
}

const namespaceSubresources = new Set(['status', 'finalize']);

/** The segments of a path, decoded; one trailing slash is dropped. `undefined` when a segment does not decode. */
export function splitPath(path: string): string[] | undefined {
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(1, -1) : path.slice(1);
  if (trimmed === '') return [];
  try {
    return trimmed.split('/').map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined; // malformed percent-encoding
  }
}

/**
 * Reads the segments after `/api/{version}` or `/apis/{group}/{version}`.
 * @returns `undefined` when they cannot name a resource
 */
export function parseResourcePath(group: string, version: string, rest: readonly string[]): ResourcePath | undefined {
  if (rest.length === 0 || rest.includes('')) return undefined;
  const [first = '', second = '', third = ''] = rest;
  if (first === 'namespaces' && rest.length >= 2) {
    if (rest.length === 2) return { group, version, namespace: second, plural: first, name: second, subresource: '' };
    if (rest.length === 3 && namespaceSubresources.has(third)) {
      return { group, version, namespace: second, plural: first, name: second, subresource: third };
    }
    return leafPath({ group, version, namespace: second }, rest.slice(2));
  }
  return leafPath({ group, version, namespace: '' }, rest);
}

function leafPath(
  place: { group: string; version: string; namespace: string },
  rest: readonly string[],
): ResourcePath | undefined {
  if (rest.length > 3) return undefined;
  const [plural = '', name = '', subresource = ''] = rest;
  return { ...place, plural, name, subresource };
}
