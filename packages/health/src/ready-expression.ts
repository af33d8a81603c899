import { formatDuration, tryParseDuration, type KubeObject } from '@sluice/api';
import { compileFluxExpression, types } from '@sluice/cel';

// Not in the index, for the reason that expressions.ts gives.

/** Fields that are written even when they are empty. */
const required: ReadonlySet<string> = new Set(['prune', 'interval', 'sourceRef']);
const durations: ReadonlySet<string> = new Set(['interval', 'retryInterval', 'timeout']);

/**
 * The test of a `dependsOn[].readyExpr`. Its variables are `self`, the object that waits, and `dep`, the one it waits for.
 * @throws CelError when the expression is invalid or is not known to give a bool; the message lacks what the caller
 *   puts in front
 */
export function compileReadyExpression(text: string): (self: KubeObject, dep: KubeObject) => boolean {
  const expression = compileFluxExpression(text, { variables: ['self', 'dep'], result: types.bool });
  return (self, dep) => expression.evaluateBoolean({ self: normalize(self), dep: normalize(dep) });
}

/**
 * The object as it is after Go has read it into its type and written it again: expressions that work with Flux rely on
 * empty optional fields being absent, and on durations being written in one way.
 */
function normalize(object: KubeObject): KubeObject {
  const { metadata, spec, status, ...rest } = object as KubeObject & { spec?: object; status?: object };
  return {
    ...rest,
    metadata: withoutEmpty(metadata) as KubeObject['metadata'],
    ...(spec === undefined ? {} : { spec: normalizeSpec(spec) }),
    ...(status === undefined ? {} : { status: withoutEmpty(status) }),
  };
}

function normalizeSpec(spec: object): object {
  const entries = Object.entries(withoutEmpty(spec)).map(([key, value]: [string, unknown]) => {
    const ms = durations.has(key) && typeof value === 'string' ? tryParseDuration(value) : undefined;
    return [key, ms === undefined ? value : formatDuration(ms)];
  });
  return Object.fromEntries(entries) as object;
}

function withoutEmpty(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => required.has(key) || !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
