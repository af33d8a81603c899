import type { Condition } from '@sluice/api';
import { expect, test } from 'vitest';
import { summaryOrder } from './git-repository/conditions.ts';
import { summarizeReady } from './summary.ts';

const now = new Date('2026-01-01T00:00:00Z');

function condition(type: string, status: Condition['status'], reason = `${type}Reason`): Condition {
  const lastTransitionTime = '2025-01-01T00:00:00Z';
  return { type, status, reason, message: `${type} message`, lastTransitionTime, observedGeneration: 1 };
}

function ready(...conditions: Condition[]): string | undefined {
  const result = summarizeReady(conditions, summaryOrder, { generation: 3, now });
  const found = result.find(({ type }) => type === 'Ready');
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

const inStorage = condition('ArtifactInStorage', 'True');
const verified = condition('SourceVerified', 'True');
const reconciling = condition('Reconciling', 'True', 'ProgressingWithRetry');

test.each([
  { of: [], want: undefined },
  { of: [inStorage], want: 'True ArtifactInStorageReason' },
  { of: [verified, inStorage], want: 'True ArtifactInStorageReason' },
  { of: [inStorage, condition('FetchFailed', 'True')], want: 'False FetchFailedReason' },
  { of: [inStorage, condition('FetchFailed', 'False')], want: 'True ArtifactInStorageReason' },
  {
    of: [condition('FetchFailed', 'True'), condition('StorageOperationFailed', 'True')],
    want: 'False StorageOperationFailedReason',
  },
  // Stalled with FetchFailed shows FetchFailed.
  { of: [condition('Stalled', 'True'), condition('FetchFailed', 'True')], want: 'False FetchFailedReason' },
  // source 20.2-43
  { of: [inStorage, condition('SourceVerified', 'False')], want: 'False SourceVerifiedReason' },
  { of: [condition('FetchFailed', 'True'), condition('SourceVerified', 'False')], want: 'False SourceVerifiedReason' },
  // source 20.2-44
  { of: [reconciling], want: 'False ProgressingWithRetry' },
  { of: [inStorage, reconciling], want: 'False ProgressingWithRetry' },
  { of: [condition('ArtifactInStorage', 'Unknown')], want: 'Unknown ArtifactInStorageReason' },
  { of: [inStorage, condition('SomethingForeign', 'False')], want: 'True ArtifactInStorageReason' },
])('$want', ({ of, want }) => {
  expect(ready(...of)).toBe(want);
});

test('is stamped with the generation', () => {
  const result = summarizeReady([inStorage], summaryOrder, { generation: 3, now });
  expect(result[0]).toEqual({
    type: 'Ready',
    status: 'True',
    reason: 'ArtifactInStorageReason',
    message: 'ArtifactInStorage message',
    observedGeneration: 3,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
});
