import { schemaOf, type Field, type GoScalar, type MapSchema, type Schema } from '@sluice/kube-schema';
import type { JsonRecord } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { schemaName } from './names.ts';

const scalars: Readonly<Record<GoScalar, JsonRecord>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
  fieldsV1: { type: 'object' },
  raw: {},
};

/** Collects the schemas of a document. A struct becomes one entry, however often it is referred to. */
export class SchemaCollector {
  readonly schemas: Record<string, JsonRecord> = {};
  readonly #names = new Map<Schema, string>();
  readonly #prefix: string;

  /** @param prefix of the names of the structs of this document: `io.k8s.api.apps.v1` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Adds a built-in kind under its full name. */
  addKind({ group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>): void {
    const schema = schemaOf({ group, version, kind });
    if (schema?.map === undefined) return;
    const name = schemaName(group, version, kind);
    this.#names.set(schema, name);
    const gvk = [{ group, version, kind }];
    this.schemas[name] = { ...this.#struct(schema.map, kind), 'x-kubernetes-group-version-kind': gvk };
  }

  /** The schema of `metadata`, under the name that everybody refers to. */
  addObjectMeta(schema: Schema): void {
    const name = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
    this.#names.set(schema, name);
    if (schema.map !== undefined) this.schemas[name] = this.#struct(schema.map, 'ObjectMeta');
  }

  /** @param typeName what the Go type is probably called */
  #schema(schema: Schema, typeName: string): JsonRecord {
    if (schema.go !== undefined) return scalars[schema.go];
    if (schema.list !== undefined) return this.#list(schema, typeName);
    if (schema.map === undefined) return {};
    const { values, fields } = schema.map;
    if (fields.size === 0) {
      if (values === undefined) return { type: 'object' };
      return { type: 'object', additionalProperties: this.#reference(values, typeName), ...mapType(schema.map) };
    }
    return this.#reference(schema, typeName);
  }

  #list({ list }: Schema, typeName: string): JsonRecord {
    if (list === undefined) return {};
    return {
      type: 'array',
      items: this.#reference(list.items, typeName.replace(/ies$/, 'y').replace(/s$/, '')),
      'x-kubernetes-list-type': list.type,
      ...(list.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': list.keys }),
    };
  }

  /** A schema in place, or a reference to the struct's entry. */
  #reference(schema: Schema, typeName: string): JsonRecord {
    if (schema.map === undefined || schema.go !== undefined || schema.map.fields.size === 0) {
      return this.#schema(schema, typeName);
    }
    let name = this.#names.get(schema);
    if (name === undefined) {
      name = this.#freeName(typeName);
      this.#names.set(schema, name);
      // Held by its name before its fields are read: types refer to themselves.
      this.schemas[name] = {};
      this.schemas[name] = this.#struct(schema.map, typeName);
    }
    return { default: {}, allOf: [{ $ref: `#/components/schemas/${name}` }] };
  }

  #freeName(typeName: string): string {
    const base = `${this.#prefix}.${typeName}`;
    let name = base;
    for (let n = 2; this.schemas[name] !== undefined; n += 1) name = `${base}${n}`;
    return name;
  }

  #struct(map: MapSchema, typeName: string): JsonRecord {
    const properties: JsonRecord = {};
    for (const field of map.fields.values()) properties[field.name] = this.#property(field, typeName);
    return { type: 'object', properties, ...mapType(map) };
  }

  #property(field: Field, owner: string): JsonRecord {
    const schema = this.#schema(field.schema, typeNameOf(owner, field));
    const { patch } = field;
    return {
      ...schema,
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(patch === undefined ? {} : { 'x-kubernetes-patch-strategy': patch.strategies.join(',') }),
      ...(patch?.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': patch.mergeKey }),
    };
  }
}

function mapType({ atomic }: MapSchema): JsonRecord {
  return atomic ? { 'x-kubernetes-map-type': 'atomic' } : {};
}

const knownTypes: Readonly<Record<string, string>> = {
  metadata: 'ObjectMeta',
  template: 'PodTemplateSpec',
  securityContext: 'SecurityContext',
  initContainers: 'Containers',
};

function typeNameOf(owner: string, { name }: Field): string {
  const capital = `${name[0]!.toUpperCase()}${name.slice(1)}`;
  if (owner === 'PodTemplateSpec' && name === 'spec') return 'PodSpec';
  return knownTypes[name] ?? (name === 'spec' || name === 'status' ? `${owner}${capital}` : capital);
}
