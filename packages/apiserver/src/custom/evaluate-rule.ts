import { duplicate, forbiddenField, invalidValue, required, type FieldError } from '../errors.ts';
import type { CompiledRule } from './compile-rule.ts';
import { cel } from './engines.ts';
import type { ValidationRule } from './schema.ts';

/** The steps that all rules of an object may take together. */
const objectBudget = 10_000_000;
const maxMessageLength = 5 * 1024;

/** Rules cost more than they may: no others are evaluated. */
export class OutOfBudget extends Error {
  override readonly name = 'OutOfBudget';
  readonly finding: FieldError;

  constructor(finding: FieldError) {
    super(finding.body);
    this.finding = finding;
  }
}

/** Counts the steps of all rules of one object. */
export class RuleBudget {
  #left = objectBudget;

  readonly spend = (steps: number): void => {
    this.#left -= steps;
  };

  get isSpent(): boolean {
    return this.#left < 0;
  }
}

/** A value that a rule is about. `typeName` is that of the schema, and stands for the value where that says nothing. */
export interface Subject {
  readonly field: string;
  readonly typeName: string;
  readonly value: unknown;
  /** `undefined` when it was not there before. */
  readonly old: unknown;
}

/** What is wrong with a value by a rule, and whether an old value with the same fault is tolerated. */
export interface Finding {
  readonly error: FieldError;
  readonly tolerable: boolean;
}

/** @returns `undefined` when the rule holds, or says nothing @throws OutOfBudget */
export function evaluateRule(
  source: ValidationRule,
  compiled: CompiledRule,
  subject: Subject,
  budget: RuleBudget,
): Finding | undefined {
  const isOptional = source.optionalOldSelf === true;
  if (compiled.usesOld && subject.old === undefined && !isOptional) return undefined;
  const oldSelf = subject.old ?? (isOptional ? null : undefined);
  const bindings = { self: subject.value, oldSelf };
  const { CelError } = cel.get();
  try {
    const holds = compiled.rule.evaluate(bindings, budget.spend);
    if (budget.isSpent) throw outOfBudget(subject);
    if (holds === true) return undefined;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return { error: failure(error, source, subject), tolerable: false };
  }
  const detail = messageOf(source, compiled, bindings, subject, budget);
  return { error: brokenRule(source, subject, detail), tolerable: !compiled.usesOld };
}

function outOfBudget({ field, typeName }: Subject): OutOfBudget {
  const why = 'validation failed due to running out of cost budget, no further validation rules will be run';
  return new OutOfBudget(invalidValue(field, typeName, why));
}

function failure(
  { phase, message }: { readonly phase: string; readonly message: string },
  source: ValidationRule,
  { field, typeName }: Subject,
): FieldError {
  const said = (source.message || source.rule).trim();
  if (phase === 'limit') {
    const why = `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${said}`;
    throw new OutOfBudget(invalidValue(field, typeName, why));
  }
  const isOverload = message.startsWith('no such overload');
  const why = isOverload
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${said}`
    : `${message} evaluating rule: ${said}`;
  return invalidValue(field, typeName, why);
}

function messageOf(
  source: ValidationRule,
  { message: program }: CompiledRule,
  bindings: Readonly<Record<string, unknown>>,
  subject: Subject,
  budget: RuleBudget,
): string {
  const fixed = source.message?.trim() || `failed rule: ${source.rule.trim()}`;
  if (program === undefined) return fixed;
  const { CelError } = cel.get();
  try {
    const said = program.evaluate(bindings, budget.spend);
    if (budget.isSpent) throw outOfBudget(subject);
    const text = typeof said === 'string' ? said.trim() : '';
    return text === '' || text.length > maxMessageLength || /[\n\r]/.test(text) ? fixed : text;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    if (error.phase !== 'limit') return fixed;
    const why = `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(source.messageExpression)}`;
    throw new OutOfBudget(invalidValue(subject.field, subject.typeName, why));
  }
}

function brokenRule({ reason, fieldPath }: ValidationRule, subject: Subject, detail: string): FieldError {
  const { value, typeName } = subject;
  const field = fieldPath === undefined ? subject.field : fieldAt(subject.field, fieldPath);
  const isPrinted = typeName !== 'object' && typeName !== 'array';
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return isPrinted ? duplicate(field, value) : { reason, field, body: 'Duplicate value' };
    default:
      if (isPrinted) return invalidValue(field, value, detail);
      return { reason: 'FieldValueInvalid', field, body: `Invalid value: ${detail}` };
  }
}

/** A path below a field: `.a['b']` becomes `field.a[b]`. */
function fieldAt(field: string, path: string): string {
  const printed = path.replace(/\['((?:[^'\\]|\\.)+)'\]/g, (_, key: string) => `[${key.replace(/\\(.)/g, '$1')}]`);
  return field === rootField ? printed.replace(/^\./, '') : `${field}${printed}`;
}

/** How messages name the object itself. */
export const rootField = '<nil>';
