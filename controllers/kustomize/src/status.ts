import {
  findCondition,
  removeConditions,
  setCondition,
  type Condition,
  type Kustomization,
  type KustomizationStatus,
} from '@sluice/api';

interface State {
  readonly type: 'Ready' | 'Reconciling' | 'Healthy' | 'Stalled';
  readonly status: Condition['status'];
  readonly reason: string;
  readonly message: string;
}

/** `status` with one condition set, for the generation that is being reconciled. */
export function withCondition(
  status: KustomizationStatus,
  state: State,
  { metadata }: Kustomization,
  now: Date,
): KustomizationStatus {
  const { generation } = metadata;
  const next = { ...state, ...(generation !== undefined && { observedGeneration: generation }) };
  return { ...status, conditions: setCondition(status.conditions ?? [], next, now) };
}

export function withoutConditions(status: KustomizationStatus, ...types: State['type'][]): KustomizationStatus {
  return { ...status, conditions: removeConditions(status.conditions ?? [], ...types) };
}

/** A run is going on, and what it does now. */
export function inProgress(
  status: KustomizationStatus,
  message: string,
  object: Kustomization,
  now: Date,
): KustomizationStatus {
  const ready = {
    type: 'Ready',
    status: 'Unknown',
    reason: 'Progressing',
    message: 'Reconciliation in progress',
  } as const;
  const reconciling = { type: 'Reconciling', status: 'True', reason: 'Progressing', message } as const;
  const started = withCondition(withoutConditions(status, 'Stalled'), ready, object, now);
  return withCondition(started, reconciling, object, now);
}

/** When the run began whose progress the status shows; `undefined` when it shows none. */
export function startedAt(status: KustomizationStatus): Date | undefined {
  const ready = findCondition(status.conditions, 'Ready');
  return ready?.status === 'Unknown' && ready.reason === 'Progressing' ? new Date(ready.lastTransitionTime) : undefined;
}
