import type { KubeObject } from '@sluice/api';
import { UsageError } from '../command.ts';
import { conditionsOf } from './rows.ts';

/** Reads `Ready=False` or `ready!=true`: types and states are compared without regard to case. @throws UsageError */
export function parseStatusSelector(text: string | undefined): (object: KubeObject) => boolean {
  if (text === undefined) return () => true;
  const operator = text.includes('!=') ? '!=' : '=';
  const parts = text.split(operator);
  if (parts.length !== 2 || parts.includes('')) {
    throw new UsageError(`expected status selector in type=status or type!=status format, but found: ${text}`);
  }
  const [type, status] = parts.map((part) => part.toLowerCase());
  const equals = (object: KubeObject) =>
    conditionsOf(object).some((c) => c.type.toLowerCase() === type && c.status.toLowerCase() === status);
  return operator === '=' ? equals : (object) => !equals(object);
}
