import type { Resource } from '../resource.ts';

/** Makes resources. Its configuration was read and checked when it was made; files are read when it runs. */
export type Generator = () => Resource[];
