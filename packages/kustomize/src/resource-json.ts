import { toBuildData, toJson } from '@sluice/manifest';
import type { Resource } from './resource.ts';

/** The resource as compact JSON with its notes, for messages. */
export function resourceJson(resource: Resource): string {
  try {
    return toJson(toBuildData(resource.root));
  } catch (error) {
    return `<${error instanceof Error ? error.message : String(error)}>`;
  }
}
