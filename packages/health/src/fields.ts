import type { KubeObject } from '@sluice/api';
import { HealthError } from './error.ts';
import { goFormat, goType } from './go-value.ts';

/** The number at a path such as `status.replicas`; anything else than a whole number counts as missing. */
export function intField(object: KubeObject, path: string, fallback: number): number {
  const value = field(object, path);
  return Number.isInteger(value) ? (value as number) : fallback;
}

/** The text at a path; anything else counts as missing. */
export function stringField(object: KubeObject, path: string, fallback: string): string {
  const value = field(object, path);
  return typeof value === 'string' ? value : fallback;
}

export function boolField(object: KubeObject, path: string): boolean {
  return field(object, path) === true;
}

/**
 * The text at a path.
 * @returns `undefined` when there is nothing
 * @throws HealthError when there is something else, be it null
 */
export function requireString(object: KubeObject, path: string): string | undefined {
  const value = lookUp(object, path);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(path, value, 'string');
}

/** The whole number at a path, like `requireString`. */
export function requireInt(object: KubeObject, path: string): number | undefined {
  const value = lookUp(object, path);
  if (value === undefined || Number.isInteger(value)) return value as number | undefined;
  throw wrongType(path, value, 'int64');
}

/** The members at a path, like `requireString`. */
export function requireRecord(object: KubeObject, path: string): Readonly<Record<string, unknown>> | undefined {
  const value = lookUp(object, path);
  if (value === undefined || isRecord(value)) return value;
  throw wrongType(path, value, 'map[string]interface{}');
}

/** The items at a path, like `requireString`. */
export function requireList(object: KubeObject, path: string): readonly unknown[] | undefined {
  const value = lookUp(object, path);
  if (value === undefined || Array.isArray(value)) return value;
  throw wrongType(path, value, '[]interface{}');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(object: KubeObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), object);
}

/** `undefined` for what is missing below a record or null; below anything else the question is wrong. */
function lookUp(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  const names = path.split('.');
  for (const [depth, name] of names.entries()) {
    if (value === null || value === undefined) return undefined;
    if (!isRecord(value)) throw wrongType(names.slice(0, depth + 1).join('.'), value, 'map[string]interface{}');
    value = value[name];
  }
  return value;
}

function wrongType(path: string, value: unknown, expected: string): HealthError {
  return new HealthError(
    `.${path} accessor error: ${goFormat(value)} is of the type ${goType(value)}, expected ${expected}`,
  );
}
