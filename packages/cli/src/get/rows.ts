import { findCondition, type Condition, type KubeObject } from '@sluice/api';
import type { KindInfo } from '../kinds.ts';

export interface RowOptions {
  readonly allNamespaces: boolean;
  readonly showSource: boolean;
  /** Names as `kind/name`, for tables of several kinds. */
  readonly withKind: boolean;
}

export function headerOf(info: KindInfo, options: RowOptions): string[] {
  return [
    ...(options.allNamespaces ? ['Namespace'] : []),
    'Name',
    ...(options.showSource && info.source !== undefined ? ['Source'] : []),
    'Revision',
    'Suspended',
    'Ready',
    'Message',
  ];
}

export function rowOf(info: KindInfo, object: KubeObject, options: RowOptions): string[] {
  const { name, namespace = '' } = object.metadata;
  const source = info.source?.(object);
  const { status, message } = readiness(object);
  return [
    ...(options.allNamespaces ? [namespace] : []),
    options.withKind ? `${info.gvk.kind.toLowerCase()}/${name}` : name,
    ...(options.showSource && source !== undefined ? [`${source.kind}/${source.namespace}/${source.name}`] : []),
    shortHashes(info.revision(object)),
    isSuspended(object) ? 'True' : 'False',
    status,
    shortHashes(message),
  ];
}

export function conditionsOf(object: KubeObject): readonly Condition[] {
  const status = object['status'] as { readonly conditions?: readonly Condition[] } | undefined;
  return status?.conditions ?? [];
}

export function isSuspended(object: KubeObject): boolean {
  return (object['spec'] as { readonly suspend?: boolean } | undefined)?.suspend === true;
}

function readiness(object: KubeObject): { status: string; message: string } {
  const ready = findCondition(conditionsOf(object), 'Ready');
  return ready === undefined ? { status: 'False', message: 'waiting to be reconciled' } : ready;
}

/** Every long hash cut to its first eight characters. */
export function shortHashes(text: string): string {
  return text.replace(/\b[a-f0-9]{40,128}\b/g, (hash) => hash.slice(0, 8));
}
