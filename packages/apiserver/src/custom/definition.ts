import type { KubeObject } from '@sluice/api';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Column, Resource, Subresource } from '../registry/resource.ts';
import { printerColumns } from './columns.ts';
import { hasRules, type StructuralSchema } from './schema.ts';
import { RuleChecker } from './validate-rules.ts';
import { customStrategy } from './strategy.ts';

/** A CRD, as far as the server needs it to serve its resources. */
export interface CustomDefinition {
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly storageVersion: string;
  readonly versions: readonly CustomVersion[];
  readonly terminating: boolean;
}

export interface CustomVersion {
  readonly name: string;
  readonly served: boolean;
  readonly schema: StructuralSchema;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  /** Dotted paths without the leading dot. */
  readonly selectableFields: readonly string[];
  readonly columns: readonly Column[];
  readonly warning: string | undefined;
  readonly hasRules: boolean;
  readonly rules: RuleChecker;
}

export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector: string | undefined;
}

const allVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const terminatingVerbs = ['delete', 'deletecollection', 'get', 'list', 'watch'];

/** Reads a stored CRD, which was validated. Names are the accepted ones. */
export function readDefinition(crd: KubeObject): CustomDefinition {
  const spec = recordOf(crd.spec);
  const names = recordOf(spec.names);
  const versions = listOf(spec.versions).filter(isRecord);
  return {
    name: crd.metadata.name,
    group: stringOf(spec.group),
    kind: stringOf(names.kind),
    listKind: stringOf(names.listKind),
    plural: stringOf(names.plural),
    singular: stringOf(names.singular),
    shortNames: listOf(names.shortNames).map(String),
    categories: listOf(names.categories).map(String),
    namespaced: spec.scope === 'Namespaced',
    storageVersion: stringOf(versions.find((version) => version.storage === true)?.name),
    versions: versions.map(readVersion),
    terminating: crd.metadata.deletionTimestamp !== undefined,
  };
}

function readVersion(version: Readonly<Record<string, unknown>>): CustomVersion {
  const subresources = recordOf(version.subresources);
  const scale = isRecord(subresources.scale) ? subresources.scale : undefined;
  const schema: StructuralSchema = recordOf(recordOf(version.schema).openAPIV3Schema);
  return {
    hasRules: hasRules(schema),
    rules: new RuleChecker(),
    name: stringOf(version.name),
    served: version.served === true,
    schema,
    hasStatus: subresources.status !== undefined,
    scale:
      scale === undefined
        ? undefined
        : {
            specReplicas: stringOf(scale.specReplicasPath),
            statusReplicas: stringOf(scale.statusReplicasPath),
            labelSelector: scale.labelSelectorPath === undefined ? undefined : stringOf(scale.labelSelectorPath),
          },
    selectableFields: listOf(version.selectableFields).map((field) =>
      stringOf(recordOf(field).jsonPath).replace(/^\./, ''),
    ),
    columns: printerColumns(listOf(version.additionalPrinterColumns).filter(isRecord)),
    warning: version.deprecated === true ? stringOf(version.deprecationWarning) : undefined,
  };
}

/** The resources that a definition serves: one for each served version. */
export function customResources(definition: CustomDefinition): Resource[] {
  return definition.versions.filter((version) => version.served).map((version) => customResource(definition, version));
}

function customResource(definition: CustomDefinition, version: CustomVersion): Resource {
  const { group, kind, listKind, plural, singular, shortNames, categories, namespaced, terminating } = definition;
  return {
    group,
    version: version.name,
    kind,
    listKind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    verbs: terminating ? terminatingVerbs : allVerbs,
    subresources: subresourcesOf(version),
    custom: true,
    terminating,
    storageKey: `${group}/${plural}`,
    strategy: customStrategy(definition, version),
    columns: version.columns,
    // A structural schema is JSON.
    openApiSchema: version.schema as JsonRecord,
    ...(version.warning === undefined ? {} : { warning: warningText(definition, version) }),
  };
}

function subresourcesOf({ hasStatus, scale }: CustomVersion): Subresource[] {
  const verbs = ['get', 'patch', 'update'];
  return [
    ...(hasStatus ? [{ name: 'status', verbs }] : []),
    ...(scale === undefined
      ? []
      : [{ name: 'scale', verbs, kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } }]),
  ];
}

function warningText({ group, kind, versions }: CustomDefinition, { name, warning }: CustomVersion): string {
  if (warning !== undefined && warning !== '') return warning;
  const better = versions.find((version) => version.served && version.warning === undefined);
  const advice = better === undefined ? '' : `; use ${group}/${better.name} ${kind}`;
  return `${group}/${name} ${kind} is deprecated${advice}`;
}
