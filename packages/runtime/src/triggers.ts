import { findCondition, type KubeObject } from '@sluice/api';
import type { Level, Reconciled } from './kind.ts';
import { requestedAtOf } from './conditions.ts';

/** The first runs after a start are spread over at most this. */
const maxSpreadMs = 60_000;

/**
 * What a change of an own object asks for. Only a new object, a changed spec, a deletion and a person's request do:
 * neither status nor labels, so that own writes cause no run.
 */
export function levelOfChange(old: KubeObject | undefined, next: KubeObject): Level | undefined {
  const requestedAt = requestedAtOf(next);
  const isRequest = requestedAt !== undefined && requestedAt !== (old && requestedAtOf(old));
  if (isRequest && requestedAt !== statusOf(next)['lastHandledReconcileAt']) return 'person';
  if (old === undefined || old.metadata.uid !== next.metadata.uid) return 'change';
  if (old.metadata.generation !== next.metadata.generation) return 'change';
  return old.metadata.deletionTimestamp === next.metadata.deletionTimestamp ? undefined : 'change';
}

/**
 * When to run an object first that a new leader finds.
 * @param random in [0, 1)
 * @returns a level to run it at once since something moved while nobody led; milliseconds to wait when all is well;
 *   `undefined` when there is nothing to do
 */
export function firstRun(object: Reconciled, intervalMs: number, random: number): Level | number | undefined {
  const { metadata, spec, status } = object;
  const requestedAt = requestedAtOf(object);
  if (requestedAt !== undefined && requestedAt !== status?.lastHandledReconcileAt) return 'person';
  if (metadata.deletionTimestamp !== undefined) return 'change';
  if (spec.suspend === true) return status === undefined ? 'change' : undefined;
  if (metadata.generation !== status?.observedGeneration) return 'change';
  const isReady = findCondition(status?.conditions, 'Ready')?.status === 'True';
  const isBusy = findCondition(status?.conditions, 'Reconciling') !== undefined;
  return isReady && !isBusy ? random * Math.min(intervalMs, maxSpreadMs) : 'change';
}

/** `intervalMs` more or less by at most `fraction` of it. */
export function jittered(intervalMs: number, fraction: number, random: number): number {
  return intervalMs * (1 + fraction * (2 * random - 1));
}

function statusOf(object: KubeObject): Readonly<Record<string, unknown>> {
  const { status } = object;
  return typeof status === 'object' && status !== null ? (status as Readonly<Record<string, unknown>>) : {};
}
