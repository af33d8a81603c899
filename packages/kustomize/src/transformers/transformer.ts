import type { ResourceSet } from '../resource-set.ts';

/** Changes resources in place. Everything it needs was read and checked when it was made. */
export type Transformer = (resources: ResourceSet) => void;
