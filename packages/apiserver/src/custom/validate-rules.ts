import { invalidValue, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual } from '../json.ts';
import { compileRule, typeOfNode, type CompiledRule } from './compile-rule.ts';
import { correlateItems } from './correlate.ts';
import { evaluateRule, OutOfBudget, rootField, RuleBudget, type Subject } from './evaluate-rule.ts';
import { isResource, schemaOfKey, type StructuralSchema } from './schema.ts';

/** What says that the rules were not looked at, since the object is broken in a simpler way. */
export const rulesSkipped: FieldError = invalidValue(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/** Evaluates the rules of one schema, which it compiles at their first use. */
export class RuleChecker {
  readonly #compiled = new Map<StructuralSchema, readonly CompiledRule[]>();

  /**
   * @param old the object before an update
   * @param warnings collects rules that are broken where nothing changed
   */
  check(schema: StructuralSchema, object: unknown, old: unknown, warnings: Set<string>): FieldError[] {
    const run: Run = { errors: [], warnings, budget: new RuleBudget(), compiledOf: (...node) => this.#of(...node) };
    try {
      visit(run, schema, { field: rootField, typeName: 'object', value: object, old }, true);
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      run.errors.push(error.finding);
    }
    return run.errors;
  }

  #of(schema: StructuralSchema, isRoot: boolean): readonly CompiledRule[] {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const self = typeOfNode(schema, isRoot);
    // The definition was validated: its rules compile.
    const compiled = (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, self!));
    this.#compiled.set(schema, compiled);
    return compiled;
  }
}

interface Run {
  readonly errors: FieldError[];
  readonly warnings: Set<string>;
  readonly budget: RuleBudget;
  readonly compiledOf: (schema: StructuralSchema, isRoot: boolean) => readonly CompiledRule[];
}

function visit(run: Run, schema: StructuralSchema, subject: Subject, isRoot: boolean): void {
  const { value, old } = subject;
  if (value === undefined || value === null) return;
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length > 0) {
    const compiled = run.compiledOf(schema, isRoot);
    const unchanged = old !== undefined && jsonEqual(value, old);
    for (const [index, rule] of rules.entries()) {
      const finding = evaluateRule(rule, compiled[index]!, subject, run.budget);
      if (finding === undefined) continue;
      const { error, tolerable } = finding;
      if (unchanged && tolerable) run.warnings.add(`${error.field}: ${error.body}`);
      else run.errors.push(error);
    }
  }
  if (Array.isArray(value)) visitItems(run, schema, value, subject);
  else if (isRecord(value)) visitProperties(run, schema, value, subject, isRoot);
}

function visitItems(run: Run, schema: StructuralSchema, list: readonly unknown[], { field, old }: Subject): void {
  const { items } = schema;
  if (items === undefined) return;
  const before = correlateItems(schema, old);
  for (const [index, value] of list.entries()) {
    visit(run, items, { ...below(items, `${field}[${index}]`), value, old: before(value) }, false);
  }
}

function visitProperties(
  run: Run,
  schema: StructuralSchema,
  record: Readonly<Record<string, unknown>>,
  { field, old }: Subject,
  isRoot: boolean,
): void {
  for (const [key, value] of Object.entries(record)) {
    const child = schemaOfKey(schema, key);
    if (child === undefined || (isResource(schema, isRoot) && key === 'metadata')) continue;
    const path = field === rootField ? key : schema.properties === undefined ? `${field}[${key}]` : `${field}.${key}`;
    const before = isRecord(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    visit(run, child, { ...below(child, path), value, old: before ?? undefined }, false);
  }
}

function below({ type }: StructuralSchema, field: string): Pick<Subject, 'field' | 'typeName'> {
  return { field, typeName: type ?? '' };
}
