import type { KubeObject } from '@sluice/api';
import { at, listOf, numberOf, recordOf, stringOf, textOf, type JsonRecord } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { formatAge } from '../age.ts';
import { ageColumn, nameColumn } from '../table.ts';

type Source = Readonly<JsonRecord>;
type Cell = (object: KubeObject, now: Date) => unknown;

export { ageColumn, nameColumn };

/** A column that shows by default. */
export function column(name: string, cell: Cell, type = 'string'): Column {
  return { name, type, cell };
}

/** A column of the wide table only. */
export function wide(name: string, cell: Cell): Column {
  return { name, type: 'string', priority: 1, cell };
}

/** The text at a path, or `otherwise` when there is none. */
export function textAt(path: string, otherwise = ''): Cell {
  const keys = path.split('.');
  return (object) => textOf(at(object, ...keys)) || otherwise;
}

export function numberAt(path: string): Cell {
  const keys = path.split('.');
  return (object) => numberOf(at(object, ...keys));
}

/** The number of entries of a list or map. */
export function countAt(...paths: readonly string[]): Cell {
  return (object) =>
    paths.reduce((sum, path) => {
      const value = at(object, ...path.split('.'));
      return sum + (Array.isArray(value) ? value.length : Object.keys(recordOf(value)).length);
    }, 0);
}

export function ageAt(path: string): Cell {
  const keys = path.split('.');
  return (object, now) => formatAge(at(object, ...keys), now);
}

/** Containers, Images and Selector of a kind with a pod template. */
export function templateColumns(template = 'spec.template', selector = 'spec.selector'): Column[] {
  const containers = (object: KubeObject) =>
    listOf(at(object, ...template.split('.'), 'spec', 'containers')).map(recordOf);
  const columns = [
    wide('Containers', (object) =>
      containers(object)
        .map((container) => stringOf(container.name))
        .join(','),
    ),
    wide('Images', (object) =>
      containers(object)
        .map((container) => stringOf(container.image))
        .join(','),
    ),
  ];
  return selector === ''
    ? columns
    : [...columns, wide('Selector', (object) => selectorText(at(object, ...selector.split('.'))))];
}

/** A label selector as kubectl prints it: `a=b,c in (d)`. */
export function selectorText(selector: unknown): string {
  const source = recordOf(selector);
  const isPlain = source.matchLabels === undefined && source.matchExpressions === undefined;
  const labels = Object.entries(isPlain ? source : recordOf(source.matchLabels)).map(
    ([key, value]) => `${key}=${stringOf(value)}`,
  );
  const terms = listOf(source.matchExpressions).map(recordOf).map(termText);
  return [...labels.sort(), ...terms].join(',') || '<none>';
}

function termText({ key, operator, values }: Source): string {
  const name = stringOf(key);
  if (operator === 'Exists') return name;
  if (operator === 'DoesNotExist') return `!${name}`;
  return `${name} ${operator === 'In' ? 'in' : 'notin'} (${listOf(values).join(',')})`;
}
