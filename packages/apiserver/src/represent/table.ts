import type { KubeObject } from '@sluice/api';
import { badRequest } from '../errors.ts';
import type { JsonRecord } from '../json.ts';
import type { Column, Resource } from '../registry/resource.ts';
import { formatAge } from './age.ts';
import { partialObject } from './partial.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableRequest {
  readonly metaVersion: string;
  readonly includeObject: IncludeObject;
  readonly now: Date;
}

export interface TableMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The `includeObject` of a query. @throws StatusError 400 */
export function parseIncludeObject(text: string): IncludeObject {
  if (text === '' || text === 'Metadata') return 'Metadata';
  if (text === 'None' || text === 'Object') return text;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** Objects as rows of a `Table`. `withColumns` is false for all but the first event of a watch. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: TableMetadata,
  request: TableRequest,
  withColumns = true,
): JsonRecord {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${request.metaVersion}`,
    metadata,
    columnDefinitions: withColumns ? resource.columns.map(definitionOf) : null,
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.cell(object, request.now) ?? null),
      object: rowObject(object, request),
    })),
  };
}

function rowObject(object: KubeObject, { includeObject, metaVersion }: TableRequest): unknown {
  if (includeObject === 'None') return null;
  return includeObject === 'Object' ? object : partialObject(object, metaVersion);
}

function definitionOf({ name, type, format = '', description = '', priority = 0 }: Column): JsonRecord {
  return { name, type, format, description, priority };
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated.',
  cell: (object) => object.metadata.name ?? '',
};

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.',
  cell: (object, now) => formatAge(object.metadata.creationTimestamp, now),
};

/** What kinds without columns of their own show. */
export const createdAtColumns: readonly Column[] = [
  nameColumn,
  { name: 'Created At', type: 'date', cell: (object) => object.metadata.creationTimestamp ?? null },
];
