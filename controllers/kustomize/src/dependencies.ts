import { formatKey, isTrue, keyOf, kustomizationGvk, type Kustomization, type ObjectKey } from '@sluice/api';
import type { Context } from '@sluice/runtime';
import { dependencyKeysOf, sourceKeyOf } from './spec.ts';
import { formatRetry, requeueDependencyMs, Stop } from './stop.ts';

/**
 * Passes when all dependencies are ready, and at the same revision where the source is the same. In order; the first
 * that is not ready is told of.
 * @throws Stop @see spec kustomization-controller §5
 */
export async function checkDependencies(object: Kustomization, revision: string, ctx: Context): Promise<void> {
  for (const key of dependencyKeysOf(object)) {
    const dependency = await ctx.read<Kustomization>(kustomizationGvk, key);
    const problem =
      dependency === undefined
        ? `not found: kustomizations.${kustomizationGvk.group} "${key.name}" not found`
        : findProblem(dependency, object, revision);
    if (problem === undefined) continue;
    const cycle = await findCycle(object, ctx);
    if (cycle !== undefined) ctx.log.error({ cycle }, `circular dependency detected: ${cycle}`);
    throw notReady(`dependency '${formatKey(key)}' ${problem}`);
  }
}

function findProblem(dependency: Kustomization, object: Kustomization, revision: string): string | undefined {
  const { status } = dependency;
  const isObserved = dependency.metadata.generation === status?.observedGeneration;
  if (!isObserved || !isTrue(status?.conditions, 'Ready')) return 'is not ready';
  const isSameSource =
    dependency.spec.sourceRef.kind === object.spec.sourceRef.kind &&
    formatKey(sourceKeyOf(dependency)) === formatKey(sourceKeyOf(object));
  return isSameSource && status?.lastAppliedRevision !== revision ? 'revision is not up to date' : undefined;
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
