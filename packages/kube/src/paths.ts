import { apiVersionOf, type ObjectKey } from '@sluice/api';
import type { Resource } from './client.ts';

/** `/api/v1/…` or `/apis/<group>/<version>/…`, down to the resource, the object or its subresource. */
export function resourcePath(
  resource: Resource,
  key: { readonly namespace: string; readonly name?: string },
  subresource?: string,
): string {
  const root = resource.group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`;
  const inNamespace =
    resource.namespaced && key.namespace !== '' ? `/namespaces/${encodeURIComponent(key.namespace)}` : '';
  const name = key.name === undefined ? '' : `/${encodeURIComponent(key.name)}`;
  return `${root}${inNamespace}/${resource.plural}${name}${subresource === undefined ? '' : `/${subresource}`}`;
}

export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  return resourcePath(resource, key, subresource);
}

/** `?a=b`, without what is undefined, false or empty. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== false && value !== '') query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}
