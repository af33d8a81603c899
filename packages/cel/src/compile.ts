import { checkExpression } from './check/check.ts';
import type { Environment } from './check/environment.ts';
import { types, type Type } from './check/type.ts';
import { CelError } from './error.ts';
import type { Regexp } from '@sluice/go-regexp';
import { toValue } from './run/adapt.ts';
import { Budget } from './run/budget.ts';
import { planExpression } from './run/plan.ts';
import type { Value } from './run/value.ts';
import type { Expr } from './syntax/ast.ts';
import { parseExpression } from './syntax/parser.ts';
import { childrenOf } from './syntax/walk.ts';

/** The limit that Kubernetes sets: some milliseconds. */
const defaultMaxCost = 1_000_000;
const defaultMaxLength = 100_000;

export type CompileOptions = {
  readonly environment: Environment;
  /** The variables and their types. Without them types are not checked, and any variable may come. */
  readonly variables?: Readonly<Record<string, Type>>;
  /** Code points of the text (default 100000). */
  readonly maxLength?: number;
  /** Steps of one evaluation (default 1000000). */
  readonly maxCost?: number;
};

export type Program = {
  readonly text: string;
  /** The type of the result, `dyn` when types are not checked. */
  readonly type: Type;
  /** The variables that the expression uses. */
  readonly references: ReadonlySet<string>;
  /**
   * @param bindings JSON data, or values
   * @param spent is told the steps that it took, whether it succeeded or not
   * @throws CelError `evaluate` or `limit`
   */
  evaluate(bindings: Readonly<Record<string, unknown>>, spent?: (steps: number) => void): Value;
};

/** @throws CelError `parse` or `program` */
export function compile(text: string, options: CompileOptions): Program {
  const { environment, variables, maxLength = defaultMaxLength, maxCost = defaultMaxCost } = options;
  checkLength(text, maxLength);
  const { expr, source } = parseExpression(text, environment);
  const type = variables === undefined ? types.dyn : checkExpression(expr, source, environment, variables);
  const run = planExpression(expr, environment);
  const patterns = new Map<string, Regexp>();
  return {
    text,
    type,
    references: freeNames(expr),
    evaluate(bindings, spent) {
      const variable = bound(bindings, variables);
      const budget = new Budget(maxCost, patterns);
      try {
        return run({ variable, slots: [], budget });
      } finally {
        spent?.(budget.spent);
      }
    },
  };
}

function checkLength(text: string, maxLength: number): void {
  // A text has at most as many code points as units, so most need no counting.
  const size = text.length <= maxLength ? text.length : Array.from(text).length;
  if (size <= maxLength) return;
  throw new CelError(
    'parse',
    `ERROR: <input>:-1:0: expression code point size exceeds limit: size: ${size}, limit ${maxLength}`,
  );
}

/** Reads variables when they are asked for. */
function bound(bindings: Readonly<Record<string, unknown>>, variables: Readonly<Record<string, Type>> = {}) {
  const values = new Map<string, Value>();
  return (name: string): Value | undefined => {
    const known = values.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(bindings, name) || bindings[name] === undefined) return undefined;
    const value = toValue(bindings[name], Object.hasOwn(variables, name) ? variables[name] : undefined);
    values.set(name, value);
    return value;
  };
}

/** The names that no macro of the expression binds. */
function freeNames(expr: Expr): Set<string> {
  if (expr.kind === 'ident') return new Set([expr.name]);
  if (expr.kind === 'fold') {
    const inner = [expr.predicate, expr.transform]
      .filter((part) => part !== undefined)
      .flatMap((part) => [...freeNames(part)]);
    const names: readonly string[] = expr.variables;
    return freeNames(expr.range).union(new Set(inner.filter((name) => !names.includes(name))));
  }
  if (expr.kind === 'withOptional') {
    const inner = [...freeNames(expr.body)].filter((name) => name !== expr.variable);
    return freeNames(expr.target).union(new Set(inner));
  }
  return new Set(childrenOf(expr).flatMap((child) => [...freeNames(child)]));
}
