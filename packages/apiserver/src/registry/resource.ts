import type { KubeObject } from '@sluice/api';
import type { ReplicasPaths, Versions } from '@sluice/managed-fields';
import type { FieldError } from '../errors.ts';
import type { JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import type { ScaleSource } from './scale-source.ts';

/** An object under construction: a tree of its own that may be changed until it is stored. */
export interface Draft extends JsonRecord {
  apiVersion: string;
  kind: string;
  metadata: JsonRecord;
}

export interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** The kind of the body where it is not the resource's own. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 shows by default, more only when asked for a wide table. */
  readonly priority?: number;
  /** The cell of an object: a string, a number or null. */
  readonly cell: (object: KubeObject, now: Date) => unknown;
}

/** One resource in one version, as discovery shows it, with the rules for its objects. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Whether a CRD defines it: several answers of the HTTP surface differ. */
  readonly custom: boolean;
  /** Key of the collection that holds its objects; versions of a resource share one. */
  readonly storageKey: string;
  readonly strategy: Strategy;
  readonly columns: readonly Column[];
  /** Whether its CRD is being deleted: nothing can be created any more. */
  readonly terminating?: boolean;
  /** What the CRD says of this version's objects, for custom resources. */
  readonly openApiSchema?: JsonRecord;
  /** A warning for every request to it, for deprecated versions. */
  readonly warning?: string;
}

export interface DecodeOptions {
  /** Whether this is the result of an apply rather than a body. */
  readonly applied?: boolean;
}

/** How objects of one resource are read, completed and judged. Functions that take a `Draft` may change it. */
export interface Strategy {
  /**
   * The body as an object of this kind: a fresh tree of known fields only, in canonical form.
   * @param unknown collects the paths that were left out
   * @throws StatusError or DecodeError when the body is no such object
   */
  decode(body: JsonRecord, unknown: string[], options?: DecodeOptions): Draft;
  /** A stored object as it reads in this version. */
  read(stored: KubeObject): KubeObject;
  /** An object in this version as it is stored. */
  toStored(object: Draft): Draft;
  applyDefaults(object: Draft): void;
  /** Brings an object that is about to be created into shape (status, generation, allocated values). */
  prepareForCreate(object: Draft, context: WriteContext): void;
  prepareForUpdate(object: Draft, old: KubeObject, context: WriteContext): void;
  validate(object: KubeObject, context: WriteContext): FieldError[];
  validateUpdate(object: KubeObject, old: KubeObject, context: WriteContext): FieldError[];
  /** Changes an object that is being marked for deletion. */
  markDeleted?(object: Draft, context: WriteContext): void;
  /** Whether an object that is being deleted must stay for another reason than its finalizers. */
  holdsDeletion?(object: KubeObject): boolean;
  /** Called once the object was stored or removed: side effects such as freeing allocated addresses. */
  afterWrite?(object: KubeObject | undefined, old: KubeObject | undefined): void;
  validateName(name: string, field: string): FieldError[];
  readonly allowsUnconditionalUpdate: boolean;
  readonly createsOnUpdate: boolean;
  /** DELETE answers with the object rather than with a Status. */
  readonly returnsDeleted: boolean;
  /** Fields a field selector may name, beside `metadata.name` and `metadata.namespace`. */
  readonly selectableFields: readonly string[];
  /** The value a field selector compares. */
  fieldValue(object: KubeObject, field: string): string;
  /** Whether an unknown field of a selector is reported by name only (kinds with own fields) or with the known ones. */
  readonly listsOwnFields: boolean;
  readonly versions: Versions;
  /** The object nobody filled in, which a create is compared with. */
  readonly empty: JsonRecord;
  /** Where the scale subresource reads and writes, for custom resources; built-in kinds agree on it. */
  readonly scale?: ScaleSource;
  /** Where other versions of a custom resource keep their replicas. */
  readonly otherReplicasPaths?: ReplicasPaths;
}
