import type { Data } from '@sluice/manifest';
import { KustomizeError, locateErrors, prefixErrors } from '../errors.ts';
import type { FieldSpecEntry } from '../kustomization/types.ts';
import type { Loader } from '../loader.ts';
import { decodeText } from '../text.ts';
import type { NameReferenceEntry } from './default-references.ts';
import { readYamlData } from '../yaml-data.ts';
import { transformerConfig, type TransformerConfig } from './transformer-config.ts';

/**
 * Reads a `crds` file: OpenAPI definitions by type name, whose extensions say which fields hold labels, annotations,
 * names, or names of other objects (engine §14.2).
 */
export function readCrds(loader: Loader, path: string): TransformerConfig {
  const file = loader.load(path);
  return locateErrors({ file: file.path }, () => {
    const data = prefixErrors(`unable to parse open API definition from '${path}'`, () =>
      readDefinitions(decodeText(file.bytes), file.path),
    );
    const found: Found = { commonAnnotations: [], commonLabels: [], namePrefix: [], nameReference: [] };
    for (const name of Object.keys(data).sort()) {
      if (isObjectType(data[name]))
        collect(found, data, { name, kind: name.slice(name.lastIndexOf('.') + 1), path: [] });
    }
    return transformerConfig(found);
  });
}

function readDefinitions(text: string, file: string): DataMap {
  const data = text.startsWith('{') ? readJson(text) : readYamlData(text, file);
  if (data === null) return {};
  if (!isMap(data)) throw new KustomizeError('json: cannot unmarshal into Go value of type accumulator.nameToApiMap');
  for (const definition of Object.values(data)) checkProperties(definition);
  return data;
}

function readJson(text: string): Data {
  try {
    return JSON.parse(text) as Data; // JSON is a subset of what `Data` can hold
  } catch (error) {
    throw new KustomizeError('invalid character in JSON', {}, { cause: error });
  }
}

function checkProperties(definition: Data): void {
  const schema = isMap(definition) ? (definition['Schema'] ?? definition['schema'] ?? {}) : definition;
  const properties = isMap(schema) ? (schema['properties'] ?? {}) : schema;
  if (
    properties === null ||
    (isMap(properties) && Object.values(properties).every((property) => property === null || isMap(property)))
  )
    return;
  throw new KustomizeError('json: unable to unmarshal Go value of type spec.Schema');
}

interface Found {
  readonly commonAnnotations: FieldSpecEntry[];
  readonly commonLabels: FieldSpecEntry[];
  readonly namePrefix: FieldSpecEntry[];
  readonly nameReference: NameReferenceEntry[];
}

type DataMap = { [key: string]: Data };

interface Step {
  /** Name of the type being read. */
  readonly name: string;
  /** Kind at the root. */
  readonly kind: string;
  readonly path: readonly string[];
}

const maxDepth = 50;

function collect(found: Found, definitions: DataMap, { name, kind, path }: Step): void {
  if (path.length > maxDepth) throw new KustomizeError(`definition '${name}' refers to itself`);
  const properties = propertiesOf(definitions[name]);
  for (const key of Object.keys(properties).sort()) {
    const property = properties[key];
    if (!isMap(property)) continue;
    const here = [...path, key];
    const spec = { kind, path: here.join('/') };
    if (textAt(property, 'x-kubernetes-annotation') !== undefined) found.commonAnnotations.push(spec);
    if (textAt(property, 'x-kubernetes-label-selector') !== undefined) found.commonLabels.push(spec);
    if (textAt(property, 'x-kubernetes-identity') !== undefined) found.namePrefix.push(spec);
    const reference = referenceIn(property, { kind, path: here });
    if (reference !== undefined) found.nameReference.push(reference);
    const next = textAt(property, '$ref');
    if (next !== undefined) collect(found, definitions, { name: next, kind, path: here });
  }
}

function referenceIn(
  property: DataMap,
  { kind, path }: { kind: string; path: readonly string[] },
): NameReferenceEntry | undefined {
  const version = textAt(property, 'x-kubernetes-object-ref-api-version');
  const target = textAt(property, 'x-kubernetes-object-ref-kind');
  if (version === undefined || target === undefined) return undefined;
  const nameKey = textAt(property, 'x-kubernetes-object-ref-name-key') ?? 'name';
  return { version, kind: target, fieldSpecs: [{ kind, path: [...path, nameKey].join('/') }] };
}

function isObjectType(definition: Data | undefined): boolean {
  const properties = propertiesOf(definition);
  return ['kind', 'apiVersion', 'metadata'].every((key) => Object.hasOwn(properties, key));
}

function propertiesOf(definition: Data | undefined): DataMap {
  const schema = isMap(definition) ? (definition['Schema'] ?? definition['schema']) : undefined;
  const properties = isMap(schema) ? schema['properties'] : undefined;
  return isMap(properties) ? properties : {};
}

function textAt(map: DataMap, key: string): string | undefined {
  const value = map[key];
  return typeof value === 'string' ? value : undefined;
}

function isMap(data: Data | undefined): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
