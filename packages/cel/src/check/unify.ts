import { sameType, types, type Type } from './type.ts';

/** What the parameters of generic types have turned out to be. */
export type Bindings = ReadonlyMap<string, Type>;

/**
 * Whether a value of type `from` may stand where `to` is asked for.
 * @returns the bindings that this takes, `undefined` when it may not
 */
export function assign(bindings: Bindings, to: Type, from: Type): Bindings | undefined {
  if (to.kind === 'param') return bind(bindings, to, from, (bound, bounds) => assign(bounds, bound, from));
  if (from.kind === 'param') return bind(bindings, from, to, (bound, bounds) => assign(bounds, to, bound));
  if (isWild(to) || isWild(from)) return bindings;
  if (from.name === 'null_type' && isNullable(to)) return bindings;
  if (to.kind === 'type' && from.kind === 'type') return bindings;
  if (to.kind !== from.kind || to.name !== from.name || to.params.length !== from.params.length) return undefined;
  return assignAll(bindings, to.params, from.params);
}

export function assignAll(bindings: Bindings, to: readonly Type[], from: readonly Type[]): Bindings | undefined {
  let result: Bindings | undefined = bindings;
  for (const [index, type] of to.entries()) {
    if (result === undefined) return undefined;
    result = assign(result, type, from[index] ?? types.error);
  }
  return result;
}

function bind(
  bindings: Bindings,
  param: Type,
  other: Type,
  recheck: (bound: Type, bindings: Bindings) => Bindings | undefined,
): Bindings | undefined {
  if (sameType(param, other)) return bindings;
  const bound = bindings.get(param.name);
  if (bound === undefined)
    return mentions(bindings, other, param) ? undefined : new Map([...bindings, [param.name, other]]);
  const result = recheck(bound, bindings);
  if (result === undefined) return undefined;
  // Of a precise type and a `dyn`, the latter is what both are.
  return isWild(other) && !isWild(bound) ? new Map([...result, [param.name, types.dyn]]) : result;
}

function isWild({ kind }: Type): boolean {
  return kind === 'dyn' || kind === 'error';
}

/** The types that cel-go holds as messages may be null. */
function isNullable({ kind, name }: Type): boolean {
  return kind === 'object' || name === 'google.protobuf.Timestamp' || name === 'google.protobuf.Duration';
}

function mentions(bindings: Bindings, type: Type, param: Type): boolean {
  if (type.kind !== 'param') return type.params.some((inner) => mentions(bindings, inner, param));
  if (type.name === param.name) return true;
  const bound = bindings.get(type.name);
  return bound !== undefined && mentions(bindings, bound, param);
}

/** The type with its parameters replaced; with `final` those that nothing is known of become `dyn`. */
export function substitute(bindings: Bindings, type: Type, final = false): Type {
  if (type.kind === 'param') {
    const bound = bindings.get(type.name);
    if (bound !== undefined) return substitute(bindings, bound, final);
    return final ? types.dyn : type;
  }
  return type.params.length === 0
    ? type
    : { ...type, params: type.params.map((param) => substitute(bindings, param, final)) };
}

/** The more general of two types of which one can be assigned to the other. */
export function mostGeneral(a: Type, b: Type): Type {
  return isLessOrEqual(a, b) ? a : b;
}

function isLessOrEqual(general: Type, precise: Type): boolean {
  if (isWild(general) || general.kind === 'param') return true;
  if (isWild(precise) || precise.kind === 'param') return false;
  return general.params.every((param, index) => isLessOrEqual(param, precise.params[index] ?? types.error));
}
