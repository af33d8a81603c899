import { FieldsDecodeError, parseFieldsV1, writeFieldsV1, type FieldsV1 } from './fields-v1.ts';
import type { FieldSet } from './field-set.ts';
import { compareText, isObject } from './json.ts';

/** One element of `metadata.managedFields`, keys in wire order. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  /** RFC 3339, whole seconds, UTC. */
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: FieldsV1;
  readonly subresource?: string;
}

/** An entry that has been read. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** `''` for the main resource. */
  readonly subresource: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

/**
 * What makes two entries the same one: an applier has one whatever version it used, an updater one per version.
 * Conflicts are reported in the order of these texts.
 */
export function identityOf(entry: Omit<ManagerEntry, 'fields' | 'time'>): string {
  const { manager, operation, apiVersion, subresource } = entry;
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(operation === 'Apply' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  });
}

/** @throws FieldsDecodeError when `value` is no list of entries, or one of them cannot be read */
export function decodeManagedFields(value: unknown): ManagerEntry[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new FieldsDecodeError('managedFields is not a list');
  return value.map(decodeEntry);
}

/** In wire order, without the empty ones. */
export function encodeManagedFields(entries: Iterable<ManagerEntry>): ManagedFieldsEntry[] {
  const filled = [...entries].filter((entry) => entry.fields.size > 0);
  return filled.sort(compareEntries).map(encodeEntry);
}

function decodeEntry(entry: unknown, index: number): ManagerEntry {
  if (!isObject(entry)) throw new FieldsDecodeError(`managed fields entry ${index} is not an object`);
  const { operation } = entry;
  if (operation !== 'Apply' && operation !== 'Update') {
    throw new FieldsDecodeError('operation must be `Apply` or `Update`');
  }
  const apiVersion = text(entry.apiVersion);
  if (apiVersion === '') throw new FieldsDecodeError('apiVersion must not be empty');
  const fieldsType = text(entry.fieldsType);
  if (fieldsType === '') throw new FieldsDecodeError(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== 'FieldsV1') {
    throw new FieldsDecodeError(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`);
  }
  const time = text(entry.time);
  return {
    manager: text(entry.manager),
    operation,
    apiVersion,
    subresource: text(entry.subresource),
    ...(time === '' ? {} : { time }),
    fields: parseFieldsV1(entry.fieldsV1 ?? {}),
  };
}

function encodeEntry(entry: ManagerEntry): ManagedFieldsEntry {
  return {
    ...(entry.manager === '' ? {} : { manager: entry.manager }),
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: writeFieldsV1(entry.fields),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  };
}

/** Apply before Update, then by time with the timeless first, manager, version and subresource. */
function compareEntries(a: ManagerEntry, b: ManagerEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

/** Seconds since 1970; 0 without a time. */
export function secondsOf(entry: ManagerEntry): number {
  const millis = entry.time === undefined ? 0 : Date.parse(entry.time);
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 1000);
}

/** The `time` of an entry that changes now. */
export function entryTime(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
