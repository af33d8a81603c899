import { isRecord, listOf, type JsonRecord } from '../json.ts';

/** Sets a key that is absent or the empty string. Defaulting changes the object under construction in place. */
export function fill(record: JsonRecord, key: string, value: unknown): void {
  if (record[key] === undefined || record[key] === '' || record[key] === null) record[key] = value;
}

/** The record at `key`, made when it is absent. */
export function ensureRecord(record: JsonRecord, key: string): JsonRecord {
  const found = record[key];
  if (isRecord(found)) return found;
  const made: JsonRecord = {};
  record[key] = made;
  return made;
}

/** The record at `key`, when there is one. */
export function recordAt(record: JsonRecord, key: string): JsonRecord | undefined {
  const found = record[key];
  return isRecord(found) ? found : undefined;
}

/** The records of the list at `key`, to be changed in place. */
export function recordsAt(record: JsonRecord, key: string): JsonRecord[] {
  return listOf(record[key]).filter(isRecord);
}
