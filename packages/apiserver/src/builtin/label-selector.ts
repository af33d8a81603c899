import { forbiddenField, invalidValue, required, type FieldError } from '../errors.ts';
import { listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { validateLabels } from '../validate/metadata.ts';
import { labelKeyProblems } from '../validate/names.ts';

/** Checks a label selector of an object. */
export function validateLabelSelector(selector: Readonly<JsonRecord>, path: string): FieldError[] {
  const labels = recordOf(selector.matchLabels) as Record<string, string>;
  return [
    ...validateLabels(labels, `${path}.matchLabels`),
    ...listOf(selector.matchExpressions).flatMap((term, index) =>
      validateTerm(recordOf(term), `${path}.matchExpressions[${index}]`),
    ),
  ];
}

function validateTerm(term: Readonly<JsonRecord>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = listOf(term.values);
  switch (term.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(
          forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
      break;
    default:
      errors.push(invalidValue(`${path}.operator`, term.operator ?? '', 'not a valid selector operator'));
  }
  const key = stringOf(term.key);
  return [...errors, ...labelKeyProblems(key).map((problem) => invalidValue(`${path}.key`, key, problem))];
}

/** Whether a label selector matches labels. */
export function selects(selector: Readonly<JsonRecord>, labels: Readonly<JsonRecord>): boolean {
  const pairs = Object.entries(recordOf(selector.matchLabels)).every(([key, value]) => labels[key] === value);
  const terms = listOf(selector.matchExpressions).map(recordOf);
  return (
    pairs && terms.every(({ key, operator, values }) => matchesTerm(labels[stringOf(key)], operator, listOf(values)))
  );
}

function matchesTerm(value: unknown, operator: unknown, values: readonly unknown[]): boolean {
  switch (operator) {
    case 'In':
      return values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
