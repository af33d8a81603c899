import type { KubeObject } from '@sluice/api';
import type { JsonRecord } from '../json.ts';

/** An object's metadata as `PartialObjectMetadata`. */
export function partialObject(object: KubeObject, metaVersion: string): JsonRecord {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: object.metadata };
}
