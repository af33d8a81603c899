import type { Schema } from './schema.ts';

/** For values without a schema: maps merge by key, lists and scalars are replaced whole. */
export const deducedSchema: Schema = {
  scalar: 'untyped',
  list: {
    type: 'atomic',
    keys: [],
    get items() {
      return atomicSchema;
    },
  },
  map: {
    atomic: false,
    fields: new Map(),
    get values() {
      return deducedSchema;
    },
  },
};

/** For values that are replaced whole, whatever they are. */
export const atomicSchema: Schema = {
  scalar: 'untyped',
  list: {
    type: 'atomic',
    keys: [],
    get items() {
      return atomicSchema;
    },
  },
  map: {
    atomic: true,
    fields: new Map(),
    get values() {
      return atomicSchema;
    },
  },
};
