import type { KubeObject } from '@sluice/api';
import { HealthError } from './error.ts';
import { isRecord } from './fields.ts';
import { goKind, goType } from './go-value.ts';

/** A condition as an object shows it; what is missing is empty. */
export type ObservedCondition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/**
 * `status.conditions` of an object, none when it has no status.
 * @throws HealthError for a status or a condition of another shape
 */
export function readConditions(object: KubeObject): ObservedCondition[] {
  const status = object['status'] ?? {};
  if (!isRecord(status)) throw new HealthError(`cannot restore struct from: ${goKind(status)}`);
  const conditions = status['conditions'] ?? [];
  if (!Array.isArray(conditions)) throw new HealthError(`cannot restore slice from ${goKind(conditions)}`);
  return conditions.map(readCondition);
}

export function findWithStatus(
  conditions: readonly ObservedCondition[],
  type: string,
  status: string,
): ObservedCondition | undefined {
  return conditions.find((condition) => condition.type === type && condition.status === status);
}

function readCondition(value: unknown): ObservedCondition {
  const condition = value ?? {};
  if (!isRecord(condition)) throw new HealthError(`cannot restore struct from: ${goKind(condition)}`);
  return {
    type: readText(condition['type'], 'string'),
    status: readText(condition['status'], 'v1.ConditionStatus'),
    reason: readText(condition['reason'], 'string'),
    message: readText(condition['message'], 'string'),
  };
}

function readText(value: unknown, type: string): string {
  const text = value ?? '';
  if (typeof text === 'string') return text;
  if (typeof text === 'number') throw new HealthError(`cannot convert ${goType(text)} to ${type}`);
  throw new HealthError('unrecognized type: string');
}
