import { gitRepositorySchema } from './git-repository.ts';
import type { KindSchema } from './kind-schema.ts';
import { kustomizationSchema } from './kustomization.ts';

/** Every kind that Sluice brings a CRD for. */
export const kindSchemas: readonly KindSchema[] = [gitRepositorySchema, kustomizationSchema];
