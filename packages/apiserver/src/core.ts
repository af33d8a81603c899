import type { Registry } from './registry/registry.ts';
import type { Store } from './store/store.ts';
import type { Resource, Draft } from './registry/resource.ts';
import type { KubeObject } from '@sluice/api';
import type { WriteContext } from './operations/context.ts';

/** What admission sees: a write before it is validated. `object` may be changed. */
export interface AdmissionRequest {
  readonly operation: 'create' | 'update' | 'delete';
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  /** Undefined for deletions. */
  readonly object: Draft | undefined;
  readonly old: KubeObject | undefined;
  readonly context: WriteContext;
}

/** @throws StatusError when the write is not admitted */
export type AdmissionPlugin = (core: Core, request: AdmissionRequest) => void;

/** The parts of a running server that its operations share. */
export interface Core {
  readonly store: Store;
  readonly registry: Registry;
  readonly admission: readonly AdmissionPlugin[];
  readonly now: () => Date;
  /** A new UUID. */
  readonly newUid: () => string;
  /** Five random characters for `generateName`. */
  readonly nameSuffix: () => string;
}
