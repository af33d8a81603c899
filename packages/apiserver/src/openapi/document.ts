import { apiVersionOf } from '@sluice/api';
import { objectMetaSchema } from '@sluice/kube-schema';
import { isRecord, type JsonRecord } from '../json.ts';
import type { Resource, Subresource } from '../registry/resource.ts';
import { SchemaCollector } from './builtin-schemas.ts';
import { customSchemaName, schemaName, schemaPrefix } from './names.ts';

const applyType = 'application/apply-patch+yaml';
const patchTypes = ['application/json-patch+json', 'application/merge-patch+json'];
const strategicType = 'application/strategic-merge-patch+json';
const objectMeta = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The OpenAPI 3.0 document of one group and version. */
export function buildDocument(group: string, version: string, resources: readonly Resource[]): JsonRecord {
  const collector = new SchemaCollector(schemaPrefix(group, version));
  collector.addObjectMeta(objectMetaSchema());
  const paths: Record<string, JsonRecord> = {};
  for (const resource of resources) {
    if (resource.custom) addCustomSchemas(collector.schemas, resource);
    else collector.addKind(resource);
    for (const { kind } of resource.subresources) if (kind !== undefined) collector.addKind(kind);
    Object.assign(paths, pathsOf(resource));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths,
    components: {
      schemas: collector.schemas,
      securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}

function addCustomSchemas(schemas: Record<string, JsonRecord>, resource: Resource): void {
  const { group, version, kind, listKind } = resource;
  const source = resource.openApiSchema ?? {};
  const name = customSchemaName(group, version, kind);
  const preserves = source['x-kubernetes-preserve-unknown-fields'] === true;
  const properties = {
    apiVersion: { type: 'string', description: 'The group and version of the object.' },
    kind: { type: 'string', description: 'The kind of the object.' },
    metadata: { description: 'Standard object metadata.', allOf: [{ $ref: objectMeta }] },
  };
  const own = isRecord(source.properties) ? source.properties : {};
  const selectable = resource.strategy.selectableFields.map((path) => ({ fieldPath: path }));
  schemas[name] = {
    ...source,
    type: 'object',
    ...(preserves && Object.keys(own).length === 0 ? {} : { properties: { ...own, ...properties } }),
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
    ...(selectable.length === 0 ? {} : { 'x-kubernetes-selectable-fields': selectable }),
  };
  const items = { type: 'array', items: { allOf: [{ $ref: `#/components/schemas/${name}` }] } };
  schemas[`${name}List`] = {
    type: 'object',
    required: ['items'],
    properties: { apiVersion: properties.apiVersion, kind: properties.kind, items, metadata: { type: 'object' } },
    'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }],
  };
}

function pathsOf(resource: Resource): Record<string, JsonRecord> {
  const { group, namespaced, plural, verbs } = resource;
  const root = group === '' ? '/api' : '/apis';
  const base = `${root}/${apiVersionOf(resource)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const collection: JsonRecord = { parameters: [...namespaceParameter(resource)] };
  if (verbs.includes('list')) collection.get = operation(resource, 'list');
  if (verbs.includes('create')) collection.post = operation(resource, 'post');
  const paths: Record<string, JsonRecord> = { [base]: collection };
  if (!verbs.includes('get')) return paths;
  paths[`${base}/{name}`] = itemPath(resource, verbs);
  for (const sub of resource.subresources) paths[`${base}/{name}/${sub.name}`] = itemPath(resource, sub.verbs, sub);
  return paths;
}

function itemPath(resource: Resource, verbs: readonly string[], sub?: Subresource): JsonRecord {
  const path: JsonRecord = { parameters: [pathParameter('name'), ...namespaceParameter(resource)] };
  const methods = { get: 'get', update: 'put', patch: 'patch', delete: 'delete', create: 'post' };
  for (const [verb, method] of Object.entries(methods)) {
    if (verbs.includes(verb) && !(verb === 'create' && sub === undefined))
      path[method] = operation(resource, method, sub);
  }
  return path;
}

function operation(resource: Resource, action: string, sub?: Subresource): JsonRecord {
  const { group, version, kind, custom } = resource;
  const gvk = sub?.kind ?? { group, version, kind };
  const isOwn = custom && sub?.kind === undefined;
  const name = isOwn ? customSchemaName(group, version, kind) : schemaName(gvk.group, gvk.version, gvk.kind);
  const schema = { $ref: `#/components/schemas/${name}` };
  const isWrite = action === 'post' || action === 'put' || action === 'patch';
  const bodyTypes = action === 'patch' ? acceptedPatches(custom) : ['application/json', 'application/yaml'];
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: gvk.group, version: gvk.version, kind: gvk.kind },
    ...(isWrite ? { parameters: writeParameters(action), requestBody: { content: contentOf(bodyTypes, schema) } } : {}),
    responses: { 200: { description: 'OK', content: contentOf(['application/json', 'application/yaml'], schema) } },
  };
}

function acceptedPatches(custom: boolean): string[] {
  return [applyType, ...patchTypes, ...(custom ? [] : [strategicType])];
}

function contentOf(types: readonly string[], schema: JsonRecord): JsonRecord {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function writeParameters(action: string): JsonRecord[] {
  const text = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => queryParameter(name, 'string'));
  return action === 'patch' ? [...text, queryParameter('force', 'boolean')] : text;
}

function queryParameter(name: string, type: string): JsonRecord {
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}

function pathParameter(name: string): JsonRecord {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

function namespaceParameter({ namespaced }: Resource): JsonRecord[] {
  return namespaced ? [pathParameter('namespace')] : [];
}
