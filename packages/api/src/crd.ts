import type { KindSchema } from './kind-schema.ts';
import type { KubeObject } from './meta.ts';
import type { JsonSchema } from './schema.ts';

/**
 * The CustomResourceDefinition of a kind.
 * The annotation keeps post-build substitution from rewriting the schema's text when the CRD is applied from Git.
 */
export function buildCrd(kind: KindSchema): KubeObject {
  const { group, version, kind: name } = kind.gvk;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${kind.plural}.${group}`,
      annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
    },
    spec: {
      group,
      names: {
        kind: name,
        listKind: `${name}List`,
        plural: kind.plural,
        singular: name.toLowerCase(),
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.printerColumns,
          schema: { openAPIV3Schema: rootSchema(kind) },
        },
      ],
    },
  };
}

function rootSchema(kind: KindSchema): JsonSchema {
  return {
    type: 'object',
    description: kind.description,
    properties: {
      apiVersion: { type: 'string', description: 'Version of the schema that this object is written in.' },
      kind: { type: 'string', description: 'Kind of the object.' },
      metadata: { type: 'object' },
      spec: kind.spec,
      status: kind.status,
    },
  };
}
