import type { KubeObject, ObjectKey } from '@sluice/api';
import { KubeError, type KubeClient, type Resource } from '@sluice/kube';
import { fieldManager, type Refusal } from '@sluice/plan';

/** One server-side apply under our name; fields that others hold are taken. */
export async function applyObject(
  kube: KubeClient,
  { resource, key, manifest }: { resource: Resource; key: ObjectKey; manifest: KubeObject },
  options: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<KubeObject> {
  const body = withRawIntegers(manifest);
  return await kube.patch<KubeObject>(resource, key, body, { type: 'apply', fieldManager, force: true, ...options });
}

/** The parts of a refusal; `undefined` for errors that no server answered with. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof KubeError)) return undefined;
  const { code, reason, message, details } = error;
  return { code, reason, message, causes: details.causes };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Integers beyond 2^53 are bigints in memory and plain digits on the wire. */
function withRawIntegers(manifest: KubeObject): unknown {
  return mapBigInts(manifest);
}

function mapBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return (JSON as unknown as RawJson).rawJSON(value.toString());
  if (Array.isArray(value)) return value.map(mapBigInts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapBigInts(item)]));
}

// Not in TypeScript's library yet. @see TC39 proposal-json-parse-with-source
interface RawJson {
  rawJSON(text: string): unknown;
}
