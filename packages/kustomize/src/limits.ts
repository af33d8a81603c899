import { KustomizeError } from './errors.ts';

/** Bounds against hostile or mistaken input. Exceeding one is a `KustomizeError` that names it. */
export interface Limits {
  readonly maxFileBytes: number;
  /** Bytes read by one build, each read counted. */
  readonly maxTotalBytes: number;
  readonly maxResources: number;
  /** Layers below each other. */
  readonly maxDepth: number;
  /** Layers of one build; a base that is reached twice counts twice. */
  readonly maxLayers: number;
}

export const defaultLimits: Limits = {
  maxFileBytes: 32 * 1024 * 1024,
  maxTotalBytes: 512 * 1024 * 1024,
  maxResources: 100_000,
  maxDepth: 100,
  maxLayers: 10_000,
};

/** A bound was passed. Nothing else is tried after it. */
export class LimitError extends KustomizeError {
  override readonly name = 'LimitError';
}
