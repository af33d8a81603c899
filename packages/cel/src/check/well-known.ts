import { Uint, type Value } from '../run/value.ts';
import { listOf, mapOf, optionalOf, typeOf, types, type Type } from './type.ts';

/** The types that have names in expressions. */
export const typesByName: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['bool', types.bool],
  ['int', types.int],
  ['uint', types.uint],
  ['double', types.double],
  ['string', types.string],
  ['bytes', types.bytes],
  ['null_type', types.null],
  ['list', listOf(types.dyn)],
  ['map', mapOf(types.dyn, types.dyn)],
  ['type', typeOf(types.dyn)],
  ['optional_type', optionalOf(types.dyn)],
  ['google.protobuf.Timestamp', types.timestamp],
  ['google.protobuf.Duration', types.duration],
]);

export function typeOfLiteral(value: Value): Type {
  if (value === null) return types.null;
  if (value instanceof Uint) return types.uint;
  if (value instanceof Uint8Array) return types.bytes;
  switch (typeof value) {
    case 'boolean':
      return types.bool;
    case 'bigint':
      return types.int;
    case 'number':
      return types.double;
    default:
      return types.string;
  }
}
