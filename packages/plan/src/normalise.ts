import { gvkOf, type KubeObject, type ObjectMeta, isRecord } from '@sluice/api';
import { ownerLabels, type Owner } from './policy.ts';

export interface NormaliseOptions {
  readonly owner: Owner;
  readonly commonMetadata?:
    | { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
    | undefined;
}

/**
 * The object as it is sent to the server: with owner labels and common metadata, without what a server would drop or
 * rewrite, so that an equal object compares as equal.
 * @see spec kustomization-controller §10
 */
export function normalise(object: KubeObject, { owner, commonMetadata }: NormaliseOptions): KubeObject {
  const { status, ...rest } = object;
  const kept = isCrd(object) && status !== undefined ? { ...rest, status } : rest;
  const metadata = withMetadata(object.metadata, owner, commonMetadata);
  return withoutBrokenCaBundle(withProtocols(withSecretData({ ...kept, metadata } as KubeObject)));
}

function withMetadata(
  metadata: ObjectMeta,
  owner: Owner,
  common: NormaliseOptions['commonMetadata'] = {},
): KubeObject['metadata'] {
  // `creationTimestamp: null` is what generators write into manifests.
  const { creationTimestamp, ...rest } = metadata as ObjectMeta & { readonly creationTimestamp?: string | null };
  const labels = { ...metadata.labels, ...ownerLabels(owner), ...common.labels };
  const annotations = { ...metadata.annotations, ...common.annotations };
  return {
    ...rest,
    ...(typeof creationTimestamp === 'string' && { creationTimestamp }),
    labels,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** `stringData` becomes base64 `data`. A Secret whose values are no strings is left for the server to refuse. */
function withSecretData(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret' || !isRecord(object['stringData'])) return object;
  const { stringData, data, ...rest } = object;
  const texts = Object.entries(stringData as Record<string, unknown>);
  if (!texts.every(([, text]) => typeof text === 'string') || (data !== undefined && data !== null && !isRecord(data)))
    return object;
  const encoded = texts.map(([key, text]) => [key, toBase64(String(text))]);
  return { ...rest, data: { ...(isRecord(data) ? data : {}), ...Object.fromEntries(encoded) } } as KubeObject;
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

const podSpecPaths: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec'],
  'apps/Deployment': ['spec', 'template', 'spec'],
  'apps/StatefulSet': ['spec', 'template', 'spec'],
  'apps/DaemonSet': ['spec', 'template', 'spec'],
  'apps/ReplicaSet': ['spec', 'template', 'spec'],
  'batch/Job': ['spec', 'template', 'spec'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Ports get the protocol TCP: it is part of the key by which the server merges lists of ports. */
function withProtocols(object: KubeObject): KubeObject {
  const { group, kind } = gvkOf(object);
  if (group === '' && kind === 'Service') return mapAt(object, ['spec', 'ports'], withTcp) as KubeObject;
  const podSpec = podSpecPaths[`${group}/${kind}`];
  if (podSpec === undefined) return object;
  const withPorts = (container: unknown) => mapAt(container, ['ports'], withTcp);
  return mapAt(object, [...podSpec, 'containers'], withPorts) as KubeObject;
}

function withTcp(port: unknown): unknown {
  const isMissing = isRecord(port) && (port['protocol'] === undefined || port['protocol'] === null);
  return isMissing ? { ...port, protocol: 'TCP' } : port;
}

/** A copy of `value` with `change` made to each item of the list at `path`; `value` itself when there is no such list. */
function mapAt(value: unknown, path: readonly string[], change: (item: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return Array.isArray(value) ? value.map(change) : value;
  if (!isRecord(value) || value[key] === undefined) return value;
  return { ...value, [key]: mapAt(value[key], rest, change) };
}

/** Servers refuse a definition with a caBundle that is no certificate; controllers fill in the right one later. */
function withoutBrokenCaBundle(object: KubeObject): KubeObject {
  if (!isCrd(object)) return object;
  return changeAt(object, ['spec', 'conversion', 'webhook', 'clientConfig'], (config) => {
    const { caBundle, ...rest } = config;
    return typeof caBundle === 'string' && isPem(caBundle) ? config : rest;
  }) as KubeObject;
}

function changeAt(
  value: unknown,
  path: readonly string[],
  change: (found: Readonly<Record<string, unknown>>) => unknown,
): unknown {
  const [key, ...rest] = path;
  if (!isRecord(value)) return value;
  if (key === undefined) return change(value);
  return value[key] === undefined ? value : { ...value, [key]: changeAt(value[key], rest, change) };
}

function isPem(base64: string): boolean {
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    return /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/.test(text);
  } catch {
    return false; // not base64
  }
}

function isCrd(object: KubeObject): boolean {
  return object.kind === 'CustomResourceDefinition' && object.apiVersion.startsWith('apiextensions.k8s.io/');
}
