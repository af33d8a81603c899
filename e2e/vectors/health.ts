import type { KubeObject } from '@sluice/api';
import { assessHealth, computeStatus } from '@sluice/health';
import type { FamilyRunner } from './case.ts';

type Input = {
  reader: 'kstatus' | 'controller';
  object: KubeObject;
  /** The clock; left out where age does not count. */
  now?: string;
  /** The other objects of the cluster, Pods or not. */
  pods?: KubeObject[];
};

export const families: Record<string, FamilyRunner> = { health: (input) => run(input as Input) };

function run({ reader, object, now: clock = '2026-03-01T12:00:00Z', pods = [] }: Input): unknown {
  const now = new Date(clock);
  if (reader === 'kstatus') return computeStatus(object, now);
  const { status, message } = assessHealth(object, { now, pods: pods.filter(({ kind }) => kind === 'Pod') });
  return status === 'Unknown' ? { status, error: message } : { status, message };
}
