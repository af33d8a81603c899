import { expect, test } from 'vitest';
import { recordResult } from './history.ts';

const result = (digest: string, status = 'ReconciliationSucceeded', revision = 'r1') => ({
  digest,
  status,
  durationMs: 1500,
  metadata: { revision },
});
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

// kustomization 23-178
test('one entry per digest and status, newest first, at most five', () => {
  let history = recordResult(undefined, result('d1'), at(0));
  history = recordResult(history, { ...result('d1', undefined, 'r2'), quietRuns: 3 }, at(1));
  expect(history).toEqual([
    {
      digest: 'd1',
      firstReconciled: '2026-01-01T00:00:00Z',
      lastReconciled: '2026-01-01T00:01:00Z',
      lastReconciledDuration: '1.5s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 5,
      metadata: { revision: 'r2' },
    },
  ]);
  for (const digest of ['d2', 'd3', 'd4', 'd5']) history = recordResult(history, result(digest), at(2));
  history = recordResult(history, result('d1'), at(3));
  expect(history.map(({ digest }) => digest)).toEqual(['d1', 'd5', 'd4', 'd3', 'd2']);
  history = recordResult(history, result('d6'), at(4));
  expect(history.map(({ digest }) => digest)).toEqual(['d6', 'd1', 'd5', 'd4', 'd3']);
});

// kustomization 23-179
test('another status is another entry', () => {
  const history = recordResult(recordResult(undefined, result('d1'), at(0)), result('d1', 'HealthCheckFailed'), at(1));
  expect(history.map((entry) => [entry.lastReconciledStatus, entry.totalReconciliations])).toEqual([
    ['HealthCheckFailed', 1],
    ['ReconciliationSucceeded', 1],
  ]);
});
