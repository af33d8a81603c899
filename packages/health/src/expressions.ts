import { gvkOf, type KubeObject } from '@sluice/api';
import { CelError, compileFluxExpression, type FluxExpression } from '@sluice/cel';
import type { Health, HealthStatus } from './assess.ts';

// Not in the index: only objects with expressions need the evaluator, so that it is loaded when the first one comes.

/** One entry of `healthCheckExprs`: how the health of a kind, or of all kinds of a group, is read. */
export type HealthExpressions = {
  readonly apiVersion: string;
  readonly kind?: string;
  readonly current: string;
  readonly inProgress?: string;
  readonly failed?: string;
};

/** Entries of `healthCheckExprs` that cannot be used. The message is the one that Flux puts into conditions. */
export class HealthExpressionError extends Error {
  override readonly name = 'HealthExpressionError';
}

type Rule = { readonly status: HealthStatus; readonly expression: FluxExpression };

/**
 * Rules for `HealthContext.custom`. The version of an entry does not matter, and an entry with a kind beats one for its
 * whole group. An expression that fails makes the object Unknown, and the message says why.
 * @throws HealthExpressionError when an expression is invalid, or two entries are for the same kind
 */
export function compileHealthExpressions(
  entries: readonly HealthExpressions[],
): (object: KubeObject) => Health | undefined {
  const rulesOf = new Map<string, readonly Rule[]>();
  for (const [index, entry] of entries.entries()) {
    const rules = compileEntry(entry, index);
    const groupKind = groupKindOf(entry.apiVersion, entry.kind ?? '');
    if (rulesOf.has(groupKind)) {
      throw new HealthExpressionError(
        `duplicate custom health check for GroupKind ${groupKind} at healthchecks[${index}]`,
      );
    }
    rulesOf.set(groupKind, rules);
  }
  return (object) => {
    const { apiVersion, kind } = object;
    const rules = rulesOf.get(groupKindOf(apiVersion, kind)) ?? rulesOf.get(groupKindOf(apiVersion, ''));
    return rules === undefined ? undefined : evaluateRules(rules, object);
  };
}

/** As Go prints a GroupKind: `Widget.example.org`, `Service`, and `.example.org` for all kinds of a group. */
function groupKindOf(apiVersion: string, kind: string): string {
  const { group } = gvkOf({ apiVersion, kind });
  return group === '' ? kind : `${kind}.${group}`;
}

/** The rules in the order in which they count: in progress, failed, current. */
function compileEntry({ current, failed, inProgress }: HealthExpressions, index: number): Rule[] {
  const compile = (name: string, status: HealthStatus, text = ''): Rule[] => {
    if (text === '') return [];
    try {
      return [{ status, expression: compileFluxExpression(text) }];
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      throw refused(index, `failed to parse the expression ${name}: ${error.message}`, error);
    }
  };
  if (current === '') throw refused(index, 'expression Current not specified');
  const whenCurrent = compile('Current', 'Current', current);
  const whenFailed = compile('Failed', 'Failed', failed);
  return [...compile('InProgress', 'InProgress', inProgress), ...whenFailed, ...whenCurrent];
}

function refused(index: number, why: string, cause?: unknown): HealthExpressionError {
  return new HealthExpressionError(`failed to create custom status evaluator for healthchecks[${index}]: ${why}`, {
    cause,
  });
}

function evaluateRules(rules: readonly Rule[], object: KubeObject): Health {
  if (isBehind(object)) return { status: 'InProgress', message: '' };
  try {
    const rule = rules.find(({ expression }) => expression.evaluateBoolean(object));
    return { status: rule?.status ?? 'InProgress', message: '' };
  } catch (error) {
    if (error instanceof CelError) return { status: 'Unknown', message: error.message };
    throw error;
  }
}

/** Whether the status tells of an older generation. Some kinds keep it in another type, which then does not count. */
function isBehind({ metadata, status }: KubeObject): boolean {
  const observed: unknown = (status as { observedGeneration?: unknown } | undefined)?.observedGeneration;
  const generation: unknown = metadata.generation;
  return Number.isInteger(observed) && Number.isInteger(generation) && observed !== generation;
}
