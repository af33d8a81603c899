import { HealthError } from './error.ts';
import { isRecord } from './fields.ts';

type Labels = Readonly<Record<string, unknown>>;
type Requirement = (labels: Labels) => boolean;

/**
 * Reads a label selector with `matchLabels` and `matchExpressions`. An empty one matches everything.
 * @throws HealthError for another shape or an unknown operator
 */
export function parseSelector(selector: Readonly<Record<string, unknown>>): Requirement {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!isRecord(matchLabels)) throw new HealthError('json: cannot unmarshal matchLabels of a label selector');
  if (!Array.isArray(matchExpressions)) {
    throw new HealthError('json: cannot unmarshal matchExpressions of a label selector');
  }
  const equal = Object.entries(matchLabels).map(
    ([key, value]): Requirement =>
      (labels) =>
        labels[key] === value,
  );
  const requirements = [...equal, ...matchExpressions.map(parseExpression)];
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function parseExpression(expression: unknown): Requirement {
  const { key, operator, values = [] } = isRecord(expression) ? expression : {};
  if (typeof key !== 'string' || !Array.isArray(values)) {
    throw new HealthError('json: cannot unmarshal an expression of a label selector');
  }
  switch (operator) {
    case 'In':
      return (labels) => Object.hasOwn(labels, key) && values.includes(labels[key]);
    case 'NotIn':
      return (labels) => !Object.hasOwn(labels, key) || !values.includes(labels[key]);
    case 'Exists':
      return (labels) => Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return (labels) => !Object.hasOwn(labels, key);
    default:
      throw new HealthError(`${JSON.stringify(operator ?? '')} is not a valid label selector operator`);
  }
}
