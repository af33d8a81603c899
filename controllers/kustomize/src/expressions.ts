import type { Kustomization } from '@sluice/api';
import type { HealthContext } from '@sluice/health';
import { configurationError } from './stop.ts';

// The evaluator is loaded with the first object that has expressions: most fleets have none.

/** Judges an object by the rules of the user; `undefined` where there are none for its kind. */
export type HealthRules = NonNullable<HealthContext['custom']>;

/**
 * The rules of `spec.healthCheckExprs`; `undefined` when there are none.
 * @throws Stop `InvalidCELExpression` @see spec kustomization-controller §15.5
 */
export async function compileHealthRules({ spec }: Kustomization): Promise<HealthRules | undefined> {
  const entries = spec.healthCheckExprs ?? [];
  if (entries.length === 0) return undefined;
  const { compileHealthExpressions, HealthExpressionError } = await import('@sluice/health/expressions');
  try {
    return compileHealthExpressions(entries);
  } catch (error) {
    if (!(error instanceof HealthExpressionError)) throw error;
    throw configurationError('InvalidCELExpression', error.message, error);
  }
}

/**
 * What speaks against a dependency by its `readyExpr`, in the words of the condition; `undefined`: it counts as ready.
 * @throws Stop `InvalidCELExpression` @see spec kustomization-controller §5
 */
export async function findProblemByExpression(
  readyExpr: string,
  { object, dependency }: { readonly object: Kustomization; readonly dependency: Kustomization },
): Promise<string | undefined> {
  const [{ compileReadyExpression }, { CelError }] = await Promise.all([
    import('@sluice/health/ready-expression'),
    import('@sluice/cel'),
  ]);
  const { namespace, name } = dependency.metadata;
  let isCompiled = false;
  try {
    const isReady = compileReadyExpression(readyExpr);
    isCompiled = true;
    if (isReady(object, dependency)) return undefined;
    return `dependency '${namespace}/${name}' is not ready according to readyExpr eval`;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    // The dependency may get what the expression misses.
    if (isCompiled) return error.message;
    const text = `terminal error: failed to evaluate dependency ${name}: ${error.message}`;
    throw configurationError('InvalidCELExpression', text, error);
  }
}
