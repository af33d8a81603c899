import { compileRegexp } from '@sluice/go-regexp';
import { parseDuration, parseTimestamp } from '../run/time.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Issue } from '../syntax/source.ts';
import { childrenOf } from '../syntax/walk.ts';
import type { Environment } from './environment.ts';
import { formatType, sameType, types, type Type } from './type.ts';

/** What is wrong with the literals of an expression whose types are right. */
export function literalIssues(root: Expr, environment: Environment, typeOf: (expr: Expr) => Type): Issue[] {
  const issues: Issue[] = [];
  const visit = (expr: Expr): void => {
    if (expr.kind === 'call' && expr.name === 'format' && expr.target !== undefined) {
      // The arguments of a format are of mixed types by nature.
      visit(expr.target);
      return;
    }
    for (const part of uniformParts(expr)) issues.push(...mixedIssue(part, typeOf));
    if (environment.checksLiterals) issues.push(...constantIssue(expr));
    childrenOf(expr).forEach(visit);
  };
  visit(root);
  return issues;
}

type Part = { readonly expr: Expr; readonly optional: boolean };

/** The parts of a literal that have to be of one type: elements, or keys and values. */
function uniformParts(expr: Expr): Part[][] {
  if (expr.kind === 'list') return [expr.elements.map(({ value, optional }) => ({ expr: value, optional }))];
  if (expr.kind !== 'map') return [];
  const keys = expr.entries.map(({ key }) => ({ expr: key, optional: false }));
  return [keys, expr.entries.map(({ value, optional }) => ({ expr: value, optional }))];
}

function mixedIssue(parts: readonly Part[], typeOf: (expr: Expr) => Type): Issue[] {
  const found = parts.map(({ expr, optional }) => {
    const type = typeOf(expr);
    return optional && type.kind === 'optional' ? type.params[0]! : type;
  });
  const first = found[0] ?? types.dyn;
  const other = found.findIndex((type) => !sameType(first, type));
  if (other < 0) return [];
  const message = `expected type '${formatType(first)}' but found '${formatType(found[other]!)}'`;
  return [{ offset: parts[other]!.expr.offset, message }];
}

const checks: Readonly<Record<string, (text: string) => unknown>> = {
  duration: parseDuration,
  timestamp: parseTimestamp,
  matches: compileRegexp,
};

function constantIssue(expr: Expr): Issue[] {
  const name = expr.kind === 'call' ? expr.name : '';
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  const arg = expr.kind === 'call' ? expr.args.at(-1) : undefined;
  if (check === undefined || arg?.kind !== 'literal' || typeof arg.value !== 'string') return [];
  try {
    if (check(arg.value) !== undefined) return [];
  } catch {
    // A pattern that does not compile: its message names the pattern, ours the argument.
  }
  return [{ offset: arg.offset, message: `invalid ${name} argument` }];
}
