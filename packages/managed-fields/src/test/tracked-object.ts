import { emptyObjectOf, schemaOf, schemaOfCustomResource, type JsonObject } from '@sluice/kube-schema';
import { apply } from '../apply.ts';
import type { ManagedFieldsEntry } from '../entry.ts';
import type { FieldSet } from '../field-set.ts';
import type { FieldsV1 } from '../fields-v1.ts';
import { update } from '../update.ts';
import type { Versions } from '../versions.ts';

export interface WriteOptions {
  readonly force?: boolean;
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly resetFields?: FieldSet;
}

/** An object that is written as an API server would, but for defaults and validation; each write takes a second. */
export class TrackedObject {
  live: JsonObject | undefined;
  /** Whether the last write changed content. */
  changed = false;
  readonly #versions: Versions;
  readonly #empty: JsonObject;
  readonly #apiVersion: string;
  #seconds = 0;

  constructor(versions: Versions, empty: JsonObject, apiVersion = 'v1') {
    this.#versions = versions;
    this.#empty = empty;
    this.#apiVersion = apiVersion;
  }

  apply(manager: string, object: JsonObject, options: WriteOptions = {}): this {
    const { force = false, ...rest } = options;
    return this.#store(apply({ ...this.#request(manager, rest), applied: this.#typed(object, rest), force }));
  }

  update(manager: string, object: JsonObject, options: Omit<WriteOptions, 'force'> = {}): this {
    return this.#store(update({ ...this.#request(manager, options), updated: this.#typed(object, options) }));
  }

  get entries(): readonly ManagedFieldsEntry[] {
    return (this.live?.metadata as { managedFields?: ManagedFieldsEntry[] } | undefined)?.managedFields ?? [];
  }

  /** What each manager owns, in the order of the list; an entry of a subresource is named `manager/subresource`. */
  get owners(): Readonly<Record<string, FieldsV1>> {
    const name = ({ manager = '', subresource }: ManagedFieldsEntry) =>
      subresource === undefined ? manager : `${manager}/${subresource}`;
    return Object.fromEntries(this.entries.map((entry) => [name(entry), entry.fieldsV1 ?? {}]));
  }

  #request(manager: string, { apiVersion = this.#apiVersion, ...rest }: Omit<WriteOptions, 'force'>) {
    this.#seconds += 1;
    return {
      live: this.live === undefined ? undefined : { ...this.live, apiVersion },
      manager,
      apiVersion,
      versions: this.#versions,
      empty: { ...this.#empty, apiVersion },
      now: new Date(Date.UTC(2026, 10, 21, 12, 0, this.#seconds)),
      ...rest,
    };
  }

  #typed(object: JsonObject, { apiVersion = this.#apiVersion }: { apiVersion?: string }): JsonObject {
    return { apiVersion, kind: this.#empty.kind, ...object };
  }

  #store({ object, changed }: { object: JsonObject; changed: boolean }): this {
    this.live = object;
    this.changed = changed;
    return this;
  }
}

export function builtin(apiVersion: string, kind: string): TrackedObject {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const schema = schemaOf({ group, version, kind });
  const empty = emptyObjectOf({ group, version, kind });
  const versions = { schemaOf: (asked: string) => (asked === apiVersion ? schema : undefined), convert: same };
  return new TrackedObject(versions, { kind, ...empty }, apiVersion);
}

/** A custom resource with these properties in `spec`, the same in each version unless said otherwise. */
export function custom(spec: JsonObject, versions: Readonly<Record<string, JsonObject>> = {}): TrackedObject {
  const schemas = new Map(
    Object.entries({ 'example.org/v1': spec, ...versions }).map(([version, properties]) => [
      version,
      schemaOfCustomResource({
        type: 'object',
        properties: { spec: { type: 'object', properties }, status: statusSchema },
      }),
    ]),
  );
  const convert = (object: JsonObject, apiVersion: string) => ({ ...object, apiVersion });
  return new TrackedObject({ schemaOf: (v) => schemas.get(v), convert }, { kind: 'Widget' }, 'example.org/v1');
}

const statusSchema = { type: 'object', properties: { phase: { type: 'string' } } };

function same(object: JsonObject): JsonObject {
  return object;
}
