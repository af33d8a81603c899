import { createConnections, createEgressPolicy, type EgressPolicy, type Proxy, type Tls } from '@sluice/egress';
import type { RepositoryName } from './address.ts';
import type { RegistryCredentials } from './credentials.ts';
import { createHostGates } from './host-gates.ts';
import { readBlob, readDigest, readManifest, type BlobDescriptor, type Manifest } from './manifest.ts';
import { createSession } from './session.ts';
import { listTags, type TagList } from './tags.ts';
import { createTokenCache } from './token-cache.ts';
import type { Wire } from './wire.ts';

export interface RegistryLimits {
  /** Default 1000. */
  readonly maxPages: number;
  /** Default 1 000 000. */
  readonly maxTags: number;
  /** Of all pages of tags together (default 64 MiB). */
  readonly maxTagListBytes: number;
  /** Requests at the same time to one host (default 4). */
  readonly maxInFlight: number;
  /** Waits before another try, in ms (default 1 s, then 3 s). */
  readonly retryDelaysMs: readonly number[];
  /** How long a request waits for a host that asks for patience; longer fails at once (default 10 s). */
  readonly maxHoldWaitMs: number;
}

export interface RegistryOptions {
  /** Default: everything but the machine itself and its neighbourhood. */
  readonly egress?: EgressPolicy;
  /** Default `sluice`. */
  readonly userAgent?: string;
  readonly limits?: Partial<RegistryLimits>;
  /** Whether credentials may go over unencrypted http, as Flux lets them (default true). */
  readonly allowPlainHttp?: boolean;
  /** The proxy for an address when the access names none; see `proxyFromEnvironment`. */
  proxyFor?(url: URL): Proxy | undefined;
}

/** Who asks, and through what. */
export interface RegistryAccess {
  readonly credentials?: RegistryCredentials;
  readonly tls?: Tls;
  readonly proxy?: Proxy;
  /** Whether http may be tried at a registry that is not near (default false). */
  readonly insecure?: boolean;
}

/**
 * A repository of images or other artifacts, contacted when first needed. Operations throw `RegistryError`, or
 * `signal.reason` when aborted other than by a timeout.
 */
export interface ImageRepositoryClient {
  /** All tags. */
  tags(signal: AbortSignal): Promise<TagList>;
  /** The digest that a tag stands for, of the index where there is one. */
  digest(tag: string, signal: AbortSignal): Promise<string>;
  /** @param reference a tag or a digest */
  manifest(reference: string, signal: AbortSignal): Promise<Manifest>;
  /** The bytes of a blob, piece by piece; right ones only when the end was reached. */
  blob(descriptor: BlobDescriptor, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}

/** Knows what all repositories share: connections, tokens, and which hosts asked for patience. */
export interface RegistryClient extends Disposable {
  repository(name: RepositoryName, access?: RegistryAccess): ImageRepositoryClient;
}

const defaultLimits: RegistryLimits = {
  maxPages: 1000,
  maxTags: 1_000_000,
  maxTagListBytes: 67_108_864,
  maxInFlight: 4,
  retryDelaysMs: [1000, 3000],
  maxHoldWaitMs: 10_000,
};
const maxTokens = 1000;

export function createRegistry(options: RegistryOptions = {}): RegistryClient {
  const { egress = createEgressPolicy(), userAgent = 'sluice', allowPlainHttp = true } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const connections = createConnections();
  const gates = createHostGates(limits);
  const tokens = createTokenCache(maxTokens);
  return {
    repository(name, { credentials = {}, tls, proxy, insecure = false } = {}) {
      const wire: Wire = {
        egress,
        connections,
        gates,
        userAgent,
        retryDelaysMs: limits.retryDelaysMs,
        ...(tls !== undefined && { tls }),
        proxyFor: (url) => proxy ?? options.proxyFor?.(url),
      };
      const session = createSession({ wire, tokens, name, credentials, insecure, allowPlainHttp });
      return {
        tags: (signal) => listTags(session, limits, signal),
        digest: (tag, signal) => readDigest(session, tag, signal),
        manifest: (reference, signal) => readManifest(session, reference, signal),
        blob: (descriptor, signal) => readBlob(session, descriptor, signal),
      };
    },
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  };
}
