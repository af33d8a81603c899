import type { KubeObject } from '@sluice/api';
import { badRequest } from '../errors.ts';
import type { Resource } from '../registry/resource.ts';
import { labelKeyProblems, labelValueProblems } from '../validate/names.ts';

/** Which objects a request is about. */
export interface Selector {
  matches(object: KubeObject): boolean;
  readonly isEmpty: boolean;
  /** The one name that `metadata.name=x` asks for. */
  readonly name: string | undefined;
}

type Test = (object: KubeObject) => boolean;

/**
 * The selector of a collection request.
 * @throws StatusError 400 for what does not parse, or for fields that cannot be selected by
 */
export function parseSelector(resource: Resource, labelSelector: string, fieldSelector: string): Selector {
  const fields = parseFieldSelector(fieldSelector);
  for (const { field } of fields) checkField(resource, field);
  const tests: Test[] = [...parseLabelSelector(labelSelector), ...fields.map((term) => fieldTest(resource, term))];
  return {
    matches: (object) => tests.every((test) => test(object)),
    isEmpty: tests.length === 0,
    name: fields.find((term) => term.field === 'metadata.name' && term.equal)?.value,
  };
}

interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

function parseFieldSelector(text: string): FieldTerm[] {
  return splitUnescaped(text)
    .filter((term) => term.trim() !== '')
    .map((term) => {
      const match = /^((?:\\.|[^\\=!])*?)(==|!=|=)((?:\\.|[^\\])*)$/s.exec(term.trim());
      if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator = '', value = ''] = match;
      return { field: field.trim(), equal: operator !== '!=', value: value.replace(/\\([\\,=])/g, '$1') };
    });
}

function splitUnescaped(text: string): string[] {
  return text.match(/(?:\\.|[^\\,])+/gs) ?? [];
}

function checkField(resource: Resource, field: string): void {
  const known = resource.namespaced ? ['metadata.name', 'metadata.namespace'] : ['metadata.name'];
  if (known.includes(field) || resource.strategy.selectableFields.includes(field)) return;
  if (resource.strategy.listsOwnFields) throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

function fieldTest(resource: Resource, { field, equal, value }: FieldTerm): Test {
  return (object) => (fieldValue(resource, object, field) === value) === equal;
}

function fieldValue(resource: Resource, object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return resource.strategy.fieldValue(object, field);
}

/** @throws StatusError 400 */
export function parseLabelSelector(text: string): Test[] {
  const parser = new LabelParser(text);
  return parser.parse().map(
    ({ key, test }) =>
      (object) =>
        test(Object.hasOwn(object.metadata.labels ?? {}, key) ? object.metadata.labels?.[key] : undefined),
  );
}

interface Requirement {
  readonly key: string;
  readonly test: (value: string | undefined) => boolean;
}

/** A recursive descent over the tokens of a label selector. */
class LabelParser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(/[^\s,()=!<>]+|==|!=|[=!(),<>]/g) ?? [];
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    while (this.#peek() !== undefined) {
      requirements.push(this.#requirement());
      if (this.#peek() === undefined) break;
      const next = this.#take();
      if (next !== ',') throw unparsable(`found '${next}', expected: ',' or 'end of string'`);
      if (this.#peek() === undefined) throw unparsable(`found '', expected: identifier after ','`);
    }
    return requirements;
  }

  #requirement(): Requirement {
    const negated = this.#peek() === '!';
    if (negated) this.#position += 1;
    const key = this.#word('identifier');
    checkKey(key);
    const operator = this.#peek();
    if (negated) return { key, test: (value) => value === undefined };
    if (operator === undefined || operator === ',') return { key, test: (value) => value !== undefined };
    this.#position += 1;
    return { key, test: this.#test(operator, key) };
  }

  #test(operator: string, key: string): Requirement['test'] {
    if (operator === '=' || operator === '==' || operator === '!=') {
      const wanted = this.#value(key);
      return operator === '!=' ? (value) => value !== wanted : (value) => value === wanted;
    }
    if (operator === 'in' || operator === 'notin') {
      const values = this.#values(key);
      return operator === 'in'
        ? (value) => value !== undefined && values.includes(value)
        : (value) => value === undefined || !values.includes(value);
    }
    if (operator === '>' || operator === '<') {
      const bound = Number(this.#value(key));
      if (!Number.isInteger(bound)) throw unparsable(`for 'Gt', 'Lt' operators, the value must be an integer`);
      return (value) => value !== undefined && (operator === '>' ? Number(value) > bound : Number(value) < bound);
    }
    throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #values(key: string): string[] {
    const open = this.#take();
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (let expectsValue = true; ;) {
      const token = this.#take();
      if (token === ')') return expectsValue ? [...values, ''] : values;
      if (token === '') throw unparsable(`found '', expected: ',', or ')'`);
      if (token === ',') {
        if (expectsValue) values.push('');
        expectsValue = true;
        continue;
      }
      checkValue(key, token, values.length);
      values.push(token);
      expectsValue = false;
    }
  }

  /** The value of an equality; nothing at all stands for the empty string. */
  #value(key: string): string {
    const token = this.#peek();
    if (token === undefined || token === ',') return '';
    this.#position += 1;
    if (/^[=!<>()]/.test(token)) throw unparsable(`found '${token}', expected: identifier`);
    checkValue(key, token, 0);
    return token;
  }

  #word(expected: string): string {
    const token = this.#take();
    if (token === '' || /^[=!<>(),]/.test(token)) throw unparsable(`found '${token}', expected: ${expected}`);
    return token;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #take(): string {
    const token = this.#tokens[this.#position] ?? '';
    this.#position += 1;
    return token;
  }
}

function checkKey(key: string): void {
  const problem = labelKeyProblems(key)[0];
  if (problem !== undefined) throw unparsable(`<nil>: Invalid value: "${key}": ${problem}`);
}

function checkValue(key: string, value: string, index: number): void {
  const problem = labelValueProblems(value)[0];
  if (problem !== undefined) throw unparsable(`values[${index}][${key}]: Invalid value: "${value}": ${problem}`);
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
