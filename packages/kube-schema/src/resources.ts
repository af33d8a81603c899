export interface BuiltinSubresource {
  /** `status`, `scale`, `token`, `finalize`, `eviction`. */
  readonly name: string;
  readonly verbs: readonly string[];
  /** The kind of the body, where it is not the resource's own. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

export interface BuiltinResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly BuiltinSubresource[];
}

/** Every built-in resource in discovery order: groups by priority, versions preferred first, resources by name. */
export function builtinResources(): readonly BuiltinResource[] {
  throw new Error('not there yet');
}
