import type { KubeObject } from '@sluice/api';
import { assessHealth } from '@sluice/health';
import { compileHealthExpressions, type HealthExpressions } from '@sluice/health/expressions';
import { compileReadyExpression } from '@sluice/health/ready-expression';
import type { FamilyRunner } from './case.ts';

type ControllerInput = {
  reader: 'controller';
  object: KubeObject;
  healthCheckExprs: HealthExpressions[];
  now?: string;
};

type ReadyInput = { reader: 'readyExpr'; readyExpr: string; self: KubeObject; dep: KubeObject };

export const families: Record<string, FamilyRunner> = {
  'health-cel': (input) => run(input as ControllerInput | ReadyInput),
};

function run(input: ControllerInput | ReadyInput): unknown {
  if (input.reader === 'readyExpr') {
    return { result: compileReadyExpression(input.readyExpr)(input.self, input.dep) };
  }
  const custom = compileHealthExpressions(input.healthCheckExprs);
  const now = new Date(input.now ?? '2026-03-01T12:00:00Z');
  const { status, message } = assessHealth(input.object, { now, custom });
  return status === 'Unknown' ? { status, error: message } : { status, message };
}
