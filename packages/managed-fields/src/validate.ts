import type { ListSchema, MapSchema, Scalar, Schema } from '@sluice/kube-schema';
import { goSyntax, goType, goValue } from './go-format.ts';
import { isNumber, isObject } from './json.ts';
import { identifyItem } from './list-item.ts';
import { fieldElement, formatElement, type PathElement } from './path.ts';
import { shapeOf, valueSchema } from './shape.ts';

/** An object does not fit its schema; the message lists the paths (kube-api.md §7.7). */
export class TypingError extends Error {
  override readonly name = 'TypingError';
}

export interface ValidateOptions {
  /** Whether several items of a list may have one identity, as in objects that were not applied. */
  readonly allowDuplicates?: boolean;
}

/** What does not fit, as `.path: problem`; keys in their order, and after an undeclared one the rest of its map is left. */
export function validate(value: unknown, schema: Schema, options: ValidateOptions = {}): string[] {
  const problems: string[] = [];
  check(value, schema, '', { problems, allowDuplicates: options.allowDuplicates === true });
  return problems;
}

/** @throws TypingError */
export function assertTyped(value: unknown, schema: Schema, options: ValidateOptions = {}): void {
  const problems = validate(value, schema, options);
  if (problems.length === 1) throw new TypingError(problems[0]);
  if (problems.length > 1) throw new TypingError(['errors:', ...problems.map((text) => `  ${text}`)].join('\n'));
}

interface Findings {
  readonly problems: string[];
  readonly allowDuplicates: boolean;
}

function check(value: unknown, schema: Schema, path: string, found: Findings): void {
  if (value === null) return;
  const shape = shapeOf(schema, value);
  switch (shape.kind) {
    case 'scalar':
      return checkScalar(value, shape.scalar, path, found);
    case 'list':
      if (!Array.isArray(value)) return report(found, path, `expected list, got &{${goValue(value)}}`);
      return checkItems(value, shape.list, path, found);
    case 'map':
      if (!isObject(value)) return report(found, path, `expected map, got &{${goValue(value)}}`);
      return checkEntries(value, shape.map, path, found);
  }
}

function checkScalar(value: unknown, scalar: Scalar, path: string, found: Findings): void {
  switch (scalar) {
    case 'numeric':
      if (!isNumber(value)) report(found, path, `expected numeric (int or float), got ${goType(value)}`);
      return;
    case 'string':
      if (typeof value !== 'string') {
        report(found, path, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
      }
      return;
    case 'boolean':
      if (typeof value !== 'boolean') report(found, path, `expected boolean, got &{${goValue(value)}}`);
      return;
    case 'untyped':
      if (typeof value === 'object') report(found, path, `expected any scalar, got &{${goValue(value)}}`);
  }
}

function checkItems(items: readonly unknown[], list: ListSchema, path: string, found: Findings): void {
  const seen = new Set<PathElement>();
  for (const [i, item] of items.entries()) {
    const identity = list.type === 'atomic' ? { element: `i:${i}` } : identifyItem(list, item);
    if ('problem' in identity) return report(found, path, `element ${i}: ${identity.problem}`);
    const name = formatElement(identity.element);
    if (seen.has(identity.element) && !found.allowDuplicates) {
      report(found, path, `duplicate entries for key ${name}`);
    }
    seen.add(identity.element);
    check(item, list.items, path + name, found);
  }
}

function checkEntries(entries: Readonly<Record<string, unknown>>, map: MapSchema, path: string, found: Findings): void {
  for (const [key, entry] of Object.entries(entries)) {
    const here = path + formatElement(fieldElement(key));
    const schema = valueSchema(map, key);
    if (schema === undefined) return report(found, here, 'field not declared in schema');
    check(entry, schema, here, found);
  }
}

function report(found: Findings, path: string, problem: string): void {
  found.problems.push(path === '' ? problem : `${path}: ${problem}`);
}
