import { deducedSchema, type PatchStrategy, type Schema } from '@sluice/kube-schema';
import { failed } from './directives.ts';

/** How the value of a field merges. */
export interface Rule {
  readonly schema: Schema;
  /** `retainKeys` aside: it only says that the directive may be used. */
  readonly strategy: PatchStrategy | undefined;
  /** `undefined` for lists of scalars. */
  readonly mergeKey: string | undefined;
}

/** @throws PatchError where the Go type is a map with free keys: nothing is known of how its values merge */
export function fieldRule(schema: Schema, key: string): Rule {
  const { map } = schema;
  if (map === undefined || map.values !== undefined) {
    throw failed('merging an object in json but data type is not struct, instead is: map');
  }
  const field = map.fields.get(key);
  if (field === undefined) {
    throw failed(`unable to find api field in struct ${map.goName ?? ''} for the json field "${key}"`);
  }
  return {
    schema: field.schema,
    strategy: field.patch?.strategies.find((strategy) => strategy !== 'retainKeys'),
    mergeKey: field.patch?.mergeKey,
  };
}

export function itemSchema(list: Schema): Schema {
  return list.list?.items ?? deducedSchema;
}
