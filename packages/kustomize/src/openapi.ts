import type { Data } from '@sluice/manifest';
import { isBuiltinClusterScoped, type ScopeOf } from './cluster-scoped.ts';
import { readYamlData } from './yaml-data.ts';
import { KustomizeError } from './errors.ts';
import type { Gvk } from './gvk.ts';
import type { Kustomization } from './kustomization/types.ts';
import type { LoadedFile, Loader } from './loader.ts';
import { builtinSchemaOf, emptySchema, type Schema, type SchemaOf } from './merge/schema.ts';
import { decodeText } from './text.ts';

/** What a build knows about kinds. */
export interface OpenApi {
  readonly scopeOf: ScopeOf;
  readonly schemaOf: SchemaOf;
}

/** Kubernetes 1.21.2. */
export const builtinOpenApi: OpenApi = { scopeOf: isBuiltinClusterScoped, schemaOf: builtinSchemaOf };

/** What a layer's `openapi` asks for; the file is read by then. */
export interface OpenApiRequest {
  /** Reads the schema. @returns `undefined` when none is asked for */
  readonly parse: () => OpenApi | undefined;
}

/** Loads the file that `openapi` names, which must be there even where another layer's schema counts (engine §14.3). */
export function requestOpenApi({ openapi = {} }: Kustomization, loader: Loader): OpenApiRequest {
  const { path, version } = openapi;
  const file = path === undefined ? undefined : loader.load(path);
  return { parse: () => (file === undefined ? versionedOpenApi(version ?? '') : fileOpenApi(file, version)) };
}

function fileOpenApi({ bytes, path }: LoadedFile, version: string | undefined): OpenApi {
  if (version !== undefined) throw new KustomizeError('builtin version and custom schema provided, cannot use both');
  return customOpenApi(readYamlData(decodeText(bytes), path));
}

function versionedOpenApi(version: string): OpenApi | undefined {
  if (version === '') return undefined;
  if (version === 'v1.21.2') return builtinOpenApi;
  throw new KustomizeError('the specified OpenAPI version is not built in', { hint: 'leave it out, or write v1.21.2' });
}

type DataMap = { [key: string]: Data };

function customOpenApi(document: Data): OpenApi {
  const definitions = mapAt(document, 'definitions') ?? {};
  const types = new Map<string, DataMap>();
  for (const definition of Object.values(definitions)) {
    if (!isMap(definition)) continue;
    for (const gvk of gvksOf(definition['x-kubernetes-group-version-kind'])) types.set(gvkKey(gvk), definition);
  }
  const scopes = scopesOf(mapAt(document, 'paths') ?? {});
  return {
    scopeOf: (gvk) => isBuiltinClusterScoped(gvk) || scopes.get(gvkKey(gvk)) === 'cluster',
    schemaOf: (apiVersion, kind) => {
      const type = types.get(`${apiVersion} ${kind}`);
      return type === undefined ? undefined : definedSchema(type, definitions);
    },
  };
}

/** Kinds whose paths have a namespace in them, and those that have none. */
function scopesOf(paths: DataMap): ReadonlyMap<string, 'cluster' | 'namespaced'> {
  const scopes = new Map<string, 'cluster' | 'namespaced'>();
  for (const [path, item] of Object.entries(paths)) {
    const [gvk] = gvksOf([mapAt(item, 'get')?.['x-kubernetes-group-version-kind'] ?? null]);
    if (gvk === undefined) continue;
    if (path.includes('namespaces/{namespace}')) scopes.set(gvkKey(gvk), 'namespaced');
    else if (!scopes.has(gvkKey(gvk))) scopes.set(gvkKey(gvk), 'cluster');
  }
  return scopes;
}

function definedSchema(definition: DataMap, definitions: DataMap): Schema {
  return {
    field(name) {
      const properties = mapAt(definition, 'properties') ?? {};
      const field = Object.hasOwn(properties, name) ? properties[name] : definition['additionalProperties'];
      return isMap(field) ? resolved(field, definitions) : undefined;
    },
    elements() {
      const items = definition['items'];
      return definition['type'] === 'array' && isMap(items) ? resolved(items, definitions) : undefined;
    },
    mergeKeys: mergeKeysOf(definition),
  };
}

const maxReferences = 100;

function resolved(schema: DataMap, definitions: DataMap): Schema | undefined {
  let target = schema;
  for (let i = 0; typeof target['$ref'] === 'string'; i++) {
    const next = definitions[target['$ref'].replace(/^#\/definitions\//, '')];
    if (!isMap(next) || i > maxReferences) return undefined;
    target = next;
  }
  return Object.keys(target).length === 0 ? emptySchema : definedSchema(target, definitions);
}

function mergeKeysOf(definition: DataMap): readonly string[] | undefined {
  const strategy = definition['x-kubernetes-patch-strategy'];
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined;
  const keys = definition['x-kubernetes-list-map-keys'];
  if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'string');
  const key = definition['x-kubernetes-patch-merge-key'];
  return [typeof key === 'string' ? key : ''];
}

function gvksOf(data: Data | undefined): Gvk[] {
  if (!Array.isArray(data)) return [];
  return data
    .filter(isMap)
    .map(({ group, version, kind }) => ({ group: textOf(group), version: textOf(version), kind: textOf(kind) }));
}

function gvkKey({ group, version, kind }: Gvk): string {
  return `${group === '' ? version : `${group}/${version}`} ${kind}`;
}

function textOf(data: Data | undefined): string {
  return typeof data === 'string' ? data : '';
}

function mapAt(data: Data | undefined, key: string): DataMap | undefined {
  const value = isMap(data) ? data[key] : undefined;
  return isMap(value) ? value : undefined;
}

function isMap(data: Data | undefined): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
