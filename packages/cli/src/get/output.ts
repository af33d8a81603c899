import type { KubeObject } from '@sluice/api';
import { stringify, type Data } from '@sluice/manifest';
import type { KindInfo } from '../kinds.ts';

export const outputFormats = ['json', 'yaml', 'name', 'wide'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The objects whole, as kubectl prints them: one alone when it was named, a `List` otherwise. */
export function formatObjects(
  format: Exclude<OutputFormat, 'wide'>,
  info: KindInfo,
  objects: readonly KubeObject[],
  one: boolean,
): string {
  if (format === 'name') {
    return objects
      .map(({ metadata }) => `${info.gvk.kind.toLowerCase()}.${info.gvk.group}/${metadata.name}\n`)
      .join('');
  }
  const clean = objects.map(withoutManagedFields);
  const document =
    one && clean[0] !== undefined ? clean[0] : { apiVersion: 'v1', kind: 'List', metadata: {}, items: clean };
  return format === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : stringify(document as Data);
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
