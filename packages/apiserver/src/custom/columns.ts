import type { JsonRecord } from '../json.ts';
import { numberOf, stringOf } from '../json.ts';
import type { Column } from '../registry/resource.ts';
import { formatAge } from '../represent/age.ts';
import { ageColumn, nameColumn } from '../represent/table.ts';
import { writeJson } from '../json-text.ts';
import { compileJsonPath } from './json-path.ts';

/** The columns of a custom resource: its name and what the CRD declares, or its age. */
export function printerColumns(declared: readonly Readonly<JsonRecord>[]): Column[] {
  if (declared.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }];
  return [nameColumn, ...declared.map(printerColumn)];
}

function printerColumn(declared: Readonly<JsonRecord>): Column {
  const path = stringOf(declared.jsonPath);
  const find = compileJsonPath(path);
  const type = stringOf(declared.type);
  return {
    name: stringOf(declared.name),
    type,
    format: stringOf(declared.format),
    description: stringOf(declared.description) || `Custom resource definition column (in JSONPath format): ${path}`,
    priority: numberOf(declared.priority),
    cell: (object, now) => cellOf(type, find(object)[0], now),
  };
}

function cellOf(type: string, value: unknown, now: Date): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? formatAge(value, now) : '<invalid>';
    default:
      return typeof value === 'string' ? value : writeJson(value);
  }
}
