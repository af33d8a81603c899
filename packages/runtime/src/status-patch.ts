import { isRecord, type Condition } from '@sluice/api';
import { isDeepStrictEqual } from 'node:util';
import type { CommonStatus } from './kind.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch that makes `next` of `stored`: only what differs, `null` for what goes. Lists are sent whole.
 * @returns `undefined` when nothing differs
 * @see RFC 7396
 */
export function buildMergePatch(stored: object, next: object): Fields | undefined {
  const patch: Record<string, unknown> = {};
  const before = stored as Fields;
  const after = next as Fields;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, value] = [before[key], after[key]];
    if (isDeepStrictEqual(old, value)) continue;
    if (value === undefined || value === null) patch[key] = null;
    else patch[key] = isRecord(old) && isRecord(value) ? buildMergePatch(old, value) : value;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/**
 * Carries our change over to a status that someone else has written meanwhile: what we changed wins, what we left alone
 * stays as it is now. Conditions are taken one by one, by type.
 * @param base what we began with
 * @param next what we want
 * @param fresh what is stored now
 */
export function rebaseStatus(base: CommonStatus, next: CommonStatus, fresh: CommonStatus): CommonStatus {
  const { conditions: _, ...ours } = (buildMergePatch(base, next) ?? {}) as Fields;
  const rebased = applyMergePatch(fresh, ours);
  const conditions = rebaseConditions(base.conditions ?? [], next.conditions ?? [], fresh.conditions ?? []);
  return { ...rebased, ...(fresh.conditions === undefined && conditions.length === 0 ? {} : { conditions }) };
}

function rebaseConditions(base: readonly Condition[], next: readonly Condition[], fresh: readonly Condition[]) {
  const byType = (list: readonly Condition[]) => new Map(list.map((condition) => [condition.type, condition]));
  const [before, after] = [byType(base), byType(next)];
  const isOurs = (type: string): boolean => !isDeepStrictEqual(before.get(type), after.get(type));
  const theirs = fresh.filter(({ type }) => !isOurs(type));
  const types = new Set(theirs.map(({ type }) => type));
  return [...next.filter(({ type }) => isOurs(type) && !types.has(type)), ...theirs];
}

function applyMergePatch(target: object, patch: Fields): Fields {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isRecord(value) ? applyMergePatch(isRecord(result[key]) ? result[key] : {}, value) : value;
  }
  return result;
}
