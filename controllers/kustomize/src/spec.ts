import {
  parseDuration,
  tryParseDuration,
  type Kustomization,
  type KustomizationSpec,
  type ObjectKey,
} from '@sluice/api';
import { shortHash } from '@sluice/plan';

const minTimeoutMs = 30_000;

export function intervalOf(object: Kustomization): number {
  return parseDuration(object.spec.interval, 0);
}

export function retryIntervalOf(object: Kustomization): number {
  return parseDuration(object.spec.retryInterval, intervalOf(object));
}

/** Of health checks: the interval less 30 s by default, and never under 30 s. In milliseconds. */
export function timeoutOf({ spec }: Kustomization): number {
  return Math.max(minTimeoutMs, parseDuration(spec.timeout, (tryParseDuration(spec.interval) ?? 0) - minTimeoutMs));
}

export function sourceKeyOf(object: Kustomization): ObjectKey {
  const { name, namespace } = object.spec.sourceRef;
  return { namespace: namespace ?? object.metadata.namespace ?? '', name };
}

export interface Dependency {
  readonly key: ObjectKey;
  /** CEL; absent: the dependency's own word counts. */
  readonly readyExpr?: string | undefined;
}

export function dependenciesOf({ spec, metadata }: Kustomization): Dependency[] {
  return (spec.dependsOn ?? []).map(({ name, namespace, readyExpr }) => ({
    key: { namespace: namespace ?? metadata.namespace ?? '', name },
    // As in Flux, an empty one is none.
    readyExpr: readyExpr === '' ? undefined : readyExpr,
  }));
}

export function dependencyKeysOf(object: Kustomization): ObjectKey[] {
  return dependenciesOf(object).map(({ key }) => key);
}

/** `GitRepository/name`, with the namespace when the spec names one. */
export function formatSourceRef({ sourceRef }: KustomizationSpec): string {
  const { kind, namespace, name } = sourceRef;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Recognises everything that a build reads: equal inputs give equal manifests. */
export function inputHashOf(
  object: Kustomization,
  artifactDigest: string,
  variables: ReadonlyMap<string, string>,
): string {
  const { name, namespace } = object.metadata;
  return shortHash([name, namespace, artifactDigest, object.spec, [...variables]]);
}
