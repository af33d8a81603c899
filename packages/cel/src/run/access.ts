import { CelError, evaluationError } from '../error.ts';
import { formatDouble } from './number.ts';
import { valueText } from './text.ts';
import { MapValue, Optional, Uint, typeNameOf, type Value } from './value.ts';

export type AccessMode = 'get' | 'test' | 'optional';

/**
 * What lies under a key: of a map, a list, or of what an optional holds.
 * @returns with `test` whether it is there, with `optional` an optional
 * @throws CelError for a missing key with `get`, for what can be no key of a list always
 */
export function access(operand: Value, key: Value, mode: AccessMode): Value {
  if (operand instanceof Optional) return accessOptional(operand, key, mode);
  const found = lookUp(operand, key);
  if (mode === 'test') return !(found instanceof CelError);
  if (mode === 'optional') return found instanceof CelError ? new Optional() : new Optional(found);
  if (found instanceof CelError) throw found;
  return found;
}

function accessOptional({ value }: Optional, key: Value, mode: AccessMode): Value {
  const found = value === undefined ? new Optional() : (access(value, key, 'optional') as Optional);
  return mode === 'test' ? found.value !== undefined : found;
}

function lookUp(operand: Value, key: Value): Value | CelError {
  if (Array.isArray(operand)) return element(operand as Value[], key);
  const found = operand instanceof MapValue ? operand.get(key) : undefined;
  return found === undefined ? evaluationError(`no such key: ${valueText(key)}`) : found;
}

/** @throws CelError when the key is no index at all */
function element(list: readonly Value[], key: Value): Value | CelError {
  const index = key instanceof Uint ? key.value : key;
  if (typeof index === 'number' && !Number.isInteger(index)) {
    throw evaluationError(`unsupported index value ${formatDouble(index)} in list`);
  }
  if (typeof index !== 'bigint' && typeof index !== 'number') {
    throw evaluationError(`unsupported index type '${typeNameOf(key)}' in list`);
  }
  return index < 0 || index >= list.length ? evaluationError(`index out of bounds: ${index}`) : list[Number(index)]!;
}
