import { checkNames, evaluate, type Scope } from './evaluate.ts';
import { parseCel } from './parse.ts';
import type { CelValue } from './values.ts';

/** An expression that is ready to be evaluated. */
export interface CompiledExpression {
  /** @throws CelError when it has no value for these variables */
  evaluate(scope: Scope): CelValue;
  /** Whether it speaks of the object before the update. */
  readonly usesOld: boolean;
}

const variables = new Set(['self', 'oldSelf']);

/** @throws CelSyntaxError when it does not parse, or calls what does not exist */
export function compileExpression(text: string): CompiledExpression {
  const expression = parseCel(text);
  checkNames(expression, variables);
  return { evaluate: (scope) => evaluate(expression, scope), usesOld: /\boldSelf\b/.test(text) };
}
