import type { Expr } from './ast.ts';

/** The parts of an expression, in the order in which they are written. */
export function childrenOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
    case 'message':
      return [];
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? [...expr.args] : [expr.target, ...expr.args];
    case 'list':
      return expr.elements.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'fold':
      return [expr.range, expr.predicate, expr.transform].filter((part) => part !== undefined);
    case 'withOptional':
      return [expr.target, expr.body];
  }
}

/** The expression and all its parts. */
export function* walk(expr: Expr): Iterable<Expr> {
  yield expr;
  for (const child of childrenOf(expr)) yield* walk(child);
}
