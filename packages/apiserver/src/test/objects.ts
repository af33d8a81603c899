import type { Json, TestServer } from './client.ts';

export const configMaps = '/api/v1/namespaces/default/configmaps';
export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const things = '/apis/s1.sluice.dev/v1/namespaces/default/things';
export const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export function configMap(name: string, data: Record<string, string> = {}, metadata: Json = {}): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function deployment(name: string, spec: Json = {}): Json {
  const template = { metadata: { labels: { a: name } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: { a: name } }, template, ...spec },
  };
}

export function thing(name: string, spec: Json = {}, metadata: Json = {}): Json {
  return { apiVersion: 's1.sluice.dev/v1', kind: 'Thing', metadata: { name, ...metadata }, spec };
}

/** A CRD of kind Thing with one version. `schema` is that of `spec`. */
export function thingCrd(schema: Json, version: Json = {}): Json {
  const openAPIV3Schema = {
    type: 'object',
    properties: { spec: schema, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.s1.sluice.dev' },
    spec: {
      group: 's1.sluice.dev',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing', shortNames: ['th'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema },
          subresources: { status: {} },
          ...version,
        },
      ],
    },
  };
}

/** A schema for `spec` that takes anything. */
export const anySpec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Creates the CRD and waits until its resource is served. */
export async function installThings(api: TestServer, schema: Json = anySpec, version: Json = {}): Promise<Json> {
  const answer = await api.post(crds, thingCrd(schema, version));
  if (answer.code !== 201) throw new Error(answer.text);
  await api.until('/apis/s1.sluice.dev', ({ code }) => code === 200);
  return answer.body;
}

/** The causes of a refusal as `reason field`, sorted. */
export function causes(body: Json): string[] {
  return (body.details?.causes ?? []).map((cause: Json) => `${cause.reason} ${cause.field}`).sort();
}
