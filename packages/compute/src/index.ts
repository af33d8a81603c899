export { ComputeError, createCompute, type Compute, type ComputeOptions, type RunOptions } from './compute.ts';
