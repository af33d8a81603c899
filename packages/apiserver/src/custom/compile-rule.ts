import type { Program, Type } from '@sluice/cel';
import { cel } from './engines.ts';
import { isResource, type StructuralSchema, type ValidationRule } from './schema.ts';

/** A rule that is ready to be evaluated. */
export interface CompiledRule {
  readonly rule: Program;
  readonly message: Program | undefined;
  /** Whether it is about a change, and so says nothing about what was not there before. */
  readonly usesOld: boolean;
}

/** Why a rule cannot be compiled. The message is that of kube-apiserver. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly part: 'rule' | 'messageExpression';

  constructor(part: 'rule' | 'messageExpression', message: string, cause?: unknown) {
    super(message, { cause });
    this.part = part;
  }
}

/** The type of `self` in the rules of a node; `undefined` when nothing is known of the data there. */
export function typeOfNode(schema: StructuralSchema, isRoot: boolean): Type | undefined {
  return cel.get().schemaType(schema, isResource(schema, isRoot));
}

/** @throws RuleError, or NotLoaded */
export function compileRule(source: ValidationRule, self: Type): CompiledRule {
  const { optionalOf } = cel.get();
  const oldSelf = source.optionalOldSelf === true ? optionalOf(self) : self;
  const rule = compileExpression('rule', source.rule, { self, oldSelf });
  const message =
    source.messageExpression === undefined || source.messageExpression.trim() === ''
      ? undefined
      : compileExpression('messageExpression', source.messageExpression, { self, oldSelf });
  return { rule, message, usesOld: rule.references.has('oldSelf') };
}

const expected = { rule: 'bool', messageExpression: 'string' };
const mistyped = {
  rule: 'cel expression must evaluate to a bool',
  messageExpression: 'messageExpression must evaluate to a string',
};

function compileExpression(
  part: 'rule' | 'messageExpression',
  text: string,
  variables: Readonly<Record<string, Type>>,
): Program {
  const { CelError, compile, formatType, kubernetesEnvironment: environment } = cel.get();
  const prefix = part === 'rule' ? '' : 'messageExpression ';
  let program: Program;
  try {
    program = compile(text, { environment, variables });
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const step = error.phase === 'program' ? `${prefix || 'program '}instantiation` : `${prefix}compilation`;
    throw new RuleError(part, `${step} failed: ${error.message}`, error);
  }
  if (formatType(program.type) !== expected[part]) throw new RuleError(part, mistyped[part]);
  return program;
}
