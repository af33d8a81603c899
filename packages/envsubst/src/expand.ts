import { SubstitutionError } from './error.ts';
import { defaultOperators, operatorOf } from './operators.ts';
import { parseTemplate } from './parse.ts';
import type { Expression, Template } from './template.ts';
import { fromByteString, toByteString } from './utf8.ts';

/** Values by name. A name that is not there is not set, which is not the same as empty. */
export type Variables = ReadonlyMap<string, string>;

export type ExpandOptions = {
  /** Whether a variable that is not set and has no default is an error, rather than empty. */
  readonly strict: boolean;
};

/**
 * Replaces the `${…}` of a text. Values are not expanded again.
 * @throws SubstitutionError for a malformed expression and, when strict, for a variable that is not set
 * @see spec/kustomization-controller.md 8.3
 */
export function expand(text: string, variables: Variables, options: ExpandOptions): string {
  return fromByteString(expandToBytes(text, variables, options));
}

/** `expand` to a byte string, which may have cut characters in it. */
export function expandToBytes(text: string, variables: Variables, { strict }: ExpandOptions): string {
  return expandTemplate(parseTemplate(text), (expression, args) => {
    const value = variables.get(expression.name);
    if (value === undefined && strict && !defaultOperators.has(expression.operator)) {
      throw new SubstitutionError(`variable not set (strict mode): "${expression.name}"`);
    }
    return operatorOf(expression.operator)(toByteString(value ?? ''), args);
  });
}

type Apply = (expression: Expression, args: readonly string[]) => string;

/** Arguments are expanded before the expression they belong to is looked at, and whether it needs them or not. */
function expandTemplate(template: Template, apply: Apply): string {
  return template
    .map((piece) => {
      if (typeof piece === 'string') return toByteString(piece);
      return apply(
        piece,
        piece.args.map((arg) => expandTemplate(arg, apply)),
      );
    })
    .join('');
}
