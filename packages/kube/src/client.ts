import type { KubeObject, ObjectKey } from '@sluice/api';

/** One resource of the API: what discovery tells about a kind. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, as in URLs. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface ListOptions {
  /** Absent or `''`: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for `PartialObjectMetadata`. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface KubeList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface PatchOptions {
  readonly type: 'merge' | 'json' | 'apply';
  readonly subresource?: 'status' | 'scale';
  readonly fieldManager?: string;
  /** Server-side apply only. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Who acts: `undefined` fields mean the client's own identity. */
export interface Identity {
  /** `system:serviceaccount:<namespace>:<name>` for a service account. */
  readonly user: string;
  readonly groups?: readonly string[];
}

/**
 * A thin client over unstructured objects. Every call rejects with `KubeError` when the server answers with a Status, and
 * obeys Retry-After and the signal. Reading what is not there is `undefined`, not an error.
 */
export interface KubeClient extends AsyncDisposable {
  /** What discovery tells about a kind; looked up once and again on a miss. `undefined`: the server does not serve it. */
  resource(gvk: { group: string; version?: string; kind: string }, signal?: AbortSignal): Promise<Resource | undefined>;
  get<T extends KubeObject>(
    resource: Resource,
    key: ObjectKey,
    options?: { metadataOnly?: boolean; signal?: AbortSignal },
  ): Promise<T | undefined>;
  /** Reads all pages of 500. */
  list<T extends KubeObject>(resource: Resource, options?: ListOptions): Promise<KubeList<T>>;
  /** One watch connection from `resourceVersion` on. Ends when the server ends it; rejects with 410 as `KubeError`. */
  watch<T extends KubeObject>(
    resource: Resource,
    resourceVersion: string,
    options?: ListOptions,
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(resource: Resource, object: T, options?: WriteOptions): Promise<T>;
  update<T extends KubeObject>(
    resource: Resource,
    object: T,
    options?: WriteOptions & { subresource?: 'status' },
  ): Promise<T>;
  /** `patch` is an object for `merge` and `apply`, a list of operations for `json`. */
  patch<T extends KubeObject>(resource: Resource, key: ObjectKey, patch: unknown, options: PatchOptions): Promise<T>;
  /** Not being there is fine. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** The same connection, acting as another identity. */
  as(identity: Identity): KubeClient;
}

/** The server's refusal, with its Status in parts. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status code. */
  readonly code: number;
  /** `NotFound`, `Conflict`, `Invalid`, `AlreadyExists`, `Expired`, … or `''`. */
  readonly reason: string;
  readonly details: KubeErrorDetails;

  constructor(code: number, reason: string, message: string, details: KubeErrorDetails = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export interface KubeErrorDetails {
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}
