import { invalidValue, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual } from '../json.ts';
import { CelError } from './cel/values.ts';
import { compileExpression, type CompiledExpression } from './cel/compile.ts';
import { isResource, schemaOfKey, type StructuralSchema, type ValidationRule } from './schema.ts';

/** Two states of one value; `old` is absent for a create, or where nothing corresponds. */
interface States {
  readonly value: unknown;
  readonly old: unknown;
  readonly isUpdate: boolean;
}

/** Whether any node of a schema has rules. */
export function hasRules(schema: StructuralSchema): boolean {
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) return true;
  const { properties = {}, items, additionalProperties } = schema;
  const children = [
    ...Object.values(properties),
    items,
    typeof additionalProperties === 'object' ? additionalProperties : undefined,
  ];
  return children.some((child) => child !== undefined && hasRules(child));
}

/** What says that the rules were not looked at, since the object is broken in a simpler way. */
export const rulesSkipped: FieldError = invalidValue(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/** Evaluates the rules of a schema on a value. Rules that are broken where nothing changed give warnings. */
export class RuleChecker {
  readonly #compiled = new Map<string, CompiledExpression>();

  check(schema: StructuralSchema, states: States, field: string, warnings: Set<string>, isRoot = false): FieldError[] {
    const { value } = states;
    if (value === undefined || value === null) return [];
    const errors = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => this.#checkRule(rule, states, field));
    const unchanged = states.isUpdate && states.old !== undefined && jsonEqual(value, states.old);
    if (unchanged) {
      for (const error of errors) warnings.add(`${error.field}: ${error.body}`);
    }
    return [...(unchanged ? [] : errors), ...this.#checkChildren(schema, states, field, warnings, isRoot)];
  }

  #checkChildren(
    schema: StructuralSchema,
    states: States,
    field: string,
    warnings: Set<string>,
    isRoot: boolean,
  ): FieldError[] {
    const { value, old, isUpdate } = states;
    if (Array.isArray(value)) {
      const { items } = schema;
      if (items === undefined) return [];
      const before = correlate(schema, old);
      return value.flatMap((item: unknown, i) =>
        this.check(items, { value: item, old: before(item), isUpdate }, `${field}[${i}]`, warnings),
      );
    }
    if (!isRecord(value)) return [];
    return Object.entries(value).flatMap(([key, child]) => {
      const childSchema = schemaOfKey(schema, key);
      if (childSchema === undefined || (isResource(schema, isRoot) && key === 'metadata')) return [];
      const path = field === '' ? key : schema.properties === undefined ? `${field}[${key}]` : `${field}.${key}`;
      return this.check(
        childSchema,
        { value: child, old: isRecord(old) ? old[key] : undefined, isUpdate },
        path,
        warnings,
      );
    });
  }

  #checkRule(rule: ValidationRule, { value, old }: States, field: string): FieldError[] {
    const compiled = this.#compile(rule.rule);
    // A transition rule says nothing about what was not there before.
    if (compiled.usesOld && old === undefined && rule.optionalOldSelf !== true) return [];
    const oldSelf = rule.optionalOldSelf === true ? (old === undefined ? {} : { value: old }) : old;
    const scope = { self: value, ...(compiled.usesOld ? { oldSelf } : {}) };
    const place = rule.fieldPath === undefined ? field : `${field}${rule.fieldPath}`;
    try {
      return compiled.evaluate(scope) === true ? [] : [this.#failure(rule, value, place, scope)];
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      const said = rule.message ?? rule.rule;
      return [invalidValue(place, typeName(value), `${error.message} evaluating rule: ${said}`)];
    }
  }

  #failure(rule: ValidationRule, value: unknown, field: string, scope: Readonly<Record<string, unknown>>): FieldError {
    const detail = this.#message(rule, scope);
    const reason = rule.reason ?? 'FieldValueInvalid';
    switch (reason) {
      case 'FieldValueForbidden':
        return { reason, field, body: `Forbidden: ${detail}` };
      case 'FieldValueRequired':
        return { reason, field, body: `Required value: ${detail}` };
      case 'FieldValueDuplicate':
        return { reason, field, body: `Duplicate value: ${JSON.stringify(value)}` };
      default:
        // Objects and lists are not printed.
        if (typeof value === 'object') return { reason, field, body: `Invalid value: ${detail}` };
        return invalidValue(field, value, detail);
    }
  }

  #message(rule: ValidationRule, scope: Readonly<Record<string, unknown>>): string {
    if (rule.messageExpression !== undefined) {
      try {
        const message = this.#compile(rule.messageExpression).evaluate(scope);
        if (typeof message === 'string' && message.trim() !== '') return message.trim();
      } catch (error) {
        if (!(error instanceof CelError)) throw error; // then the fixed message serves
      }
    }
    return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
  }

  #compile(text: string): CompiledExpression {
    let compiled = this.#compiled.get(text);
    if (compiled === undefined) {
      compiled = compileExpression(text);
      this.#compiled.set(text, compiled);
    }
    return compiled;
  }
}

function correlate(schema: StructuralSchema, old: unknown): (item: unknown) => unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const keyOf = (item: unknown) => keys.map((key) => (isRecord(item) ? item[key] : undefined));
  return (item) => old.find((candidate: unknown) => jsonEqual(keyOf(candidate), keyOf(item)));
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}
