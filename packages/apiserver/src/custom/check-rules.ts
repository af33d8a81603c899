import type { Type } from '@sluice/cel';
import { invalidValue, notSupported, required, type FieldError } from '../errors.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { compileRule, RuleError, typeOfNode } from './compile-rule.ts';
import { hasRules, type StructuralSchema, type ValidationRule } from './schema.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** A node of a schema on the way through it. */
interface Node {
  readonly schema: StructuralSchema;
  readonly path: string;
  readonly isRoot: boolean;
  /** The highest list above it whose items cannot be found again in another revision of the object. */
  readonly uncorrelatable: string | undefined;
}

/** What is wrong with rules from a node downwards. */
interface Findings {
  /** With how they are written. */
  readonly shapes: readonly FieldError[];
  /** With what they compute. */
  readonly programs: readonly FieldError[];
}

/**
 * Checks the rules of a schema: one that does not compile could never hold.
 * @param isStructural whether the rest of the schema is sound; only then its parts have types
 */
export function checkRules(schema: StructuralSchema, path: string, isStructural: boolean): FieldError[] {
  if (!hasRules(schema)) return [];
  const { shapes, programs } = checkNode({ schema, path, isRoot: true, uncorrelatable: undefined }, isStructural);
  return [...shapes, ...programs];
}

function checkNode(node: Node, isStructural: boolean): Findings {
  const { schema, path } = node;
  const rules = schema['x-kubernetes-validations'] ?? [];
  const below = childrenOf(node).map((child) => checkNode(child, isStructural));
  const shapes = [
    ...rules.flatMap((rule, index) => checkShape(rule, schema, `${path}.x-kubernetes-validations[${index}]`)),
    ...below.flatMap((findings) => findings.shapes),
  ];
  const own = isStructural && shapes.length === 0 ? checkPrograms(rules, node) : [];
  return { shapes, programs: [...below.flatMap((findings) => findings.programs), ...own] };
}

function childrenOf({ schema, path, uncorrelatable }: Node): Node[] {
  const { properties, items, additionalProperties } = schema;
  const inList = uncorrelatable ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path);
  const children = Object.entries(isRecord(properties) ? properties : {}).map(([key, child]) => ({
    schema: child,
    path: `${path}.properties[${key}]`,
    uncorrelatable,
  }));
  if (isRecord(items)) children.push({ schema: items, path: `${path}.items`, uncorrelatable: inList });
  if (isRecord(additionalProperties)) {
    children.push({ schema: additionalProperties, path: `${path}.additionalProperties`, uncorrelatable });
  }
  return children.map((child) => ({ ...child, isRoot: false }));
}

function checkShape(rule: ValidationRule, schema: StructuralSchema, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  if (isBlank(rule.rule)) errors.push(required(`${at}.rule`, 'rule is not specified'));
  else if (message !== '' && isBlank(message)) {
    errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
  } else if (hasLineBreak(message.trim())) {
    errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
  } else if (hasLineBreak(rule.rule.trim()) && message === '') {
    errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && isBlank(messageExpression)) {
    errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons));
  if (fieldPath === '') return errors;
  const refuse = (why: string) => errors.push(invalidValue(`${at}.fieldPath`, fieldPath, why));
  if (isBlank(fieldPath)) refuse('must be non-empty if specified');
  if (hasLineBreak(fieldPath)) refuse('must not contain line breaks');
  if (!leadsToField(schema, fieldPath)) refuse('must be a valid path');
  return errors;
}

function isBlank(text: string | undefined): boolean {
  return (text ?? '').trim() === '';
}

function hasLineBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}

const pathParts = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)+)'\]/gy;

/** Whether a path such as `.a['b.c']` leads through properties and keys of maps. */
function leadsToField(schema: StructuralSchema, path: string): boolean {
  const parts = [...path.matchAll(pathParts)];
  if (parts.map(([part]) => part).join('') !== path) return false;
  let node: StructuralSchema | undefined = schema;
  for (const [, name, key = ''] of parts) node = childAt(node, name, key.replace(/\\(.)/g, '$1'));
  return node !== undefined;
}

function childAt(
  schema: StructuralSchema | undefined,
  name: string | undefined,
  key: string,
): StructuralSchema | undefined {
  const { properties = {}, additionalProperties }: StructuralSchema = schema ?? {};
  if (Object.hasOwn(properties, name ?? key)) return properties[name ?? key];
  return isRecord(additionalProperties) ? additionalProperties : undefined;
}

function checkPrograms(rules: readonly ValidationRule[], { schema, path, isRoot, uncorrelatable }: Node): FieldError[] {
  if (rules.length === 0) return [];
  const type = typeOfNode(schema, isRoot);
  if (type === undefined) {
    const why =
      'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';
    return [{ reason: 'InternalError', field: `${path}.x-kubernetes-validations`, body: `Internal error: ${why}` }];
  }
  return rules.flatMap((rule, index) => {
    const at = `${path}.x-kubernetes-validations[${index}]`;
    const { usesOld, errors } = checkProgram(rule, type, at);
    return [...errors, ...checkTransition(rule, usesOld, at, uncorrelatable)];
  });
}

function checkProgram(rule: ValidationRule, type: Type, at: string): { usesOld: boolean; errors: FieldError[] } {
  try {
    return { usesOld: compileRule(rule, type).usesOld, errors: [] };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    // Of a rule that does not compile nobody knows what it uses.
    return { usesOld: false, errors: [invalidValue(`${at}.${error.part}`, printedRule(rule), error.message)] };
  }
}

function checkTransition(
  { rule, optionalOldSelf }: ValidationRule,
  usesOld: boolean,
  at: string,
  uncorrelatable: string | undefined,
): FieldError[] {
  if (usesOld && uncorrelatable !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    return [invalidValue(`${at}.rule`, rule, why)];
  }
  if (usesOld || optionalOldSelf === undefined) return [];
  return [invalidValue(`${at}.optionalOldSelf`, optionalOldSelf, 'may not be set if oldSelf is not used in rule')];
}

/** A rule as messages print it: by the names of kube-apiserver's own type. */
function printedRule(rule: ValidationRule): JsonRecord {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
