import { kustomizeMergeKinds, kustomizeMergeTypes, type MergeField } from '@sluice/kube-schema';

/** What a strategic merge knows about a node: how its fields and elements look, and whether a list merges (engine §10.1). */
export interface Schema {
  /** The schema of a field, or `undefined` when nothing is known. */
  field(name: string): Schema | undefined;
  /** The schema of a list's elements. */
  elements(): Schema | undefined;
  /** The keys by which this list merges, `['']` for the elements' own text; `undefined` when it is replaced. */
  readonly mergeKeys: readonly string[] | undefined;
}

/** Finds the schema of a kind; `undefined` for unknown kinds. */
export type SchemaOf = (apiVersion: string, kind: string) => Schema | undefined;

/** A schema that knows nothing and merges nothing. */
export const emptySchema: Schema = { field: () => undefined, elements: () => undefined, mergeKeys: undefined };

/** Kubernetes 1.21.2, the only version that kustomize 5.8.1 knows. */
export function builtinSchemaOf(apiVersion: string, kind: string): Schema | undefined {
  const type = kustomizeMergeKinds[`${apiVersion} ${kind}`];
  return type === undefined ? undefined : typeSchema(type);
}

function typeSchema(type: string): Schema {
  const fields = kustomizeMergeTypes[type];
  if (fields === undefined) return emptySchema;
  return {
    field: (name) => (Object.hasOwn(fields, name) ? fieldSchema(fields[name]) : undefined),
    elements: () => undefined,
    mergeKeys: undefined,
  };
}

function fieldSchema(field: MergeField | undefined): Schema | undefined {
  if (field === undefined) return undefined;
  if (typeof field === 'string') return typeSchema(field);
  if ('values' in field) return { ...emptySchema, field: () => typeSchema(field.values) };
  const { of } = field;
  return {
    field: () => undefined,
    elements: () => (of === undefined ? emptySchema : typeSchema(of)),
    mergeKeys: field.keys,
  };
}
