import { formatKey, isTrue, keyOf, kustomizationGvk, type Kustomization, type ObjectKey } from '@sluice/api';
import type { Context } from '@sluice/runtime';
import { findProblemByExpression } from './expressions.ts';
import { dependenciesOf, dependencyKeysOf, sourceKeyOf, type Dependency } from './spec.ts';
import { formatRetry, requeueDependencyMs, Stop } from './stop.ts';

/** The test of one dependency, and what it is tested for. */
interface Check {
  readonly object: Kustomization;
  /** Of the source's artifact now. */
  readonly revision: string;
  /** Whether a `readyExpr` adds to the built-in rules rather than takes their place. */
  readonly additive: boolean;
}

/**
 * Passes when all dependencies are ready, and at the same revision where the source is the same. In order; the first
 * that is not ready is told of.
 * @throws Stop @see spec kustomization-controller §5
 */
export async function checkDependencies(check: Check, ctx: Context): Promise<void> {
  for (const dependency of dependenciesOf(check.object)) {
    const problem = await findProblem(dependency, check, ctx);
    if (problem === undefined) continue;
    const cycle = await findCycle(check.object, ctx);
    if (cycle !== undefined) ctx.log.error({ cycle }, `circular dependency detected: ${cycle}`);
    throw notReady(problem);
  }
}

async function findProblem(
  { key, readyExpr }: Dependency,
  { object, revision, additive }: Check,
  ctx: Context,
): Promise<string | undefined> {
  const dependency = await ctx.read<Kustomization>(kustomizationGvk, key);
  const subject = `dependency '${formatKey(key)}'`;
  if (dependency === undefined) {
    return `${subject} not found: kustomizations.${kustomizationGvk.group} "${key.name}" not found`;
  }
  if (readyExpr !== undefined) {
    const problem = await findProblemByExpression(readyExpr, { object, dependency });
    if (problem !== undefined || !additive) return problem;
  }
  if (!isReady(dependency)) return `${subject} is not ready`;
  const isBehind = hasSameSource(dependency, object) && dependency.status?.lastAppliedRevision !== revision;
  return isBehind ? `${subject} revision is not up to date` : undefined;
}

function isReady({ metadata, status }: Kustomization): boolean {
  return metadata.generation === status?.observedGeneration && isTrue(status?.conditions, 'Ready');
}

function hasSameSource(one: Kustomization, other: Kustomization): boolean {
  const isSameKind = one.spec.sourceRef.kind === other.spec.sourceRef.kind;
  return isSameKind && formatKey(sourceKeyOf(one)) === formatKey(sourceKeyOf(other));
}

function notReady(message: string): Stop {
  return new Stop('DependencyNotReady', message, {
    retry: { afterMs: requeueDependencyMs },
    event: { severity: 'info', message: `Dependencies do not meet ready condition, ${formatRetry()}` },
  });
}

/** A way along `dependsOn` that leads back to `object`: `ns/a -> ns/b -> ns/a`. */
async function findCycle(object: Kustomization, ctx: Context): Promise<string | undefined> {
  const start = formatKey(keyOf(object));
  const visited = new Set<string>();
  async function walk(key: ObjectKey, path: readonly string[]): Promise<string | undefined> {
    const name = formatKey(key);
    if (name === start) return [...path, name].join(' -> ');
    if (visited.has(name)) return undefined;
    visited.add(name);
    const next = await ctx.read<Kustomization>(kustomizationGvk, key);
    for (const dependency of next === undefined ? [] : dependencyKeysOf(next)) {
      const found = await walk(dependency, [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const key of dependencyKeysOf(object)) {
    const found = await walk(key, [start]);
    if (found !== undefined) return found;
  }
  return undefined;
}
