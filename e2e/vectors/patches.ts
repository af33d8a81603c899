import { applyStrategicMergePatch, PatchError } from '@sluice/json-patch';
import { schemaOf, type JsonObject, type Schema } from '@sluice/kube-schema';
import { collectionPath, startApiSession, type ApiAnswer } from './api-session.ts';
import { RefusedCase, SkippedCase, type FamilyRunner } from './case.ts';
import { runSteps } from './apply-steps.ts';

export const families: Record<string, FamilyRunner> = {
  'smp-local': (input) => patchLocally(input as { object: JsonObject; patch: JsonObject }),
  'smp-server': (input) => patchOnServer(input as { live: JsonObject; patch: JsonObject }),
  ssa: (input, { name }, file) => {
    const reason = leftOut[name];
    if (reason !== undefined) throw new SkippedCase(reason);
    return runSteps(input, file.crd as JsonObject);
  },
};

const leftOut: Readonly<Record<string, string>> = {
  'bad-value/big': 'the number in it is beyond what reading the vectors as JSON keeps',
  'flux-managers/several': 'we write our entry once, merged; Flux twice, of which the server keeps the merged one',
  'flux-managers/own-status-entry': 'Flux merges into the entry of the status, which never gives fields up again',
};

/** What `kubectl patch --local` prints. */
function patchLocally({ object, patch }: { object: JsonObject; patch: JsonObject }): JsonObject {
  const [version = '', group = ''] = String(object.apiVersion).split('/').reverse();
  const schema = schemaOf({ group, version, kind: String(object.kind) });
  if (schema === undefined) throw new Error(`no schema for ${String(object.kind)}`);
  const result = mergeAsKubectl(object, patch, schema);
  if (result.kind === undefined) throw new Error(`error: Object 'Kind' is missing in '${JSON.stringify(result)}'`);
  return result;
}

function mergeAsKubectl(object: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  try {
    return applyStrategicMergePatch(object, patch, schema);
  } catch (error) {
    if (error instanceof PatchError) throw new Error(`error: ${error.message.trimEnd()}`, { cause: error });
    throw error;
  }
}

async function patchOnServer({ live, patch }: { live: JsonObject; patch: JsonObject }): Promise<unknown> {
  await using session = await startApiSession();
  const namespace = String((live.metadata as JsonObject).namespace);
  const collection = collectionPath(live, namespace);
  await session.send({ method: 'POST', path: '/api/v1/namespaces', body: namespaceObject(namespace) });
  const created = await session.send({ method: 'POST', path: collection, body: live });
  if (created.code !== 201) throw new RefusedCase({ created: created.body });
  const path = `${collection}/${String((live.metadata as JsonObject).name)}`;
  const contentType = 'application/strategic-merge-patch+json';
  return withoutServerKeys(await session.send({ method: 'PATCH', path, contentType, body: patch }));
}

/** The object without what the recording leaves out. @throws RefusedCase with the Status */
function withoutServerKeys({ code, body }: ApiAnswer): JsonObject {
  if (code >= 300) throw new RefusedCase(statusOf({ code, body }));
  const metadata = { ...(body.metadata as JsonObject) };
  for (const key of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']) delete metadata[key];
  return { ...body, metadata };
}

/** A Status with what is recorded of it. */
function statusOf({ code, body }: { code: number; body: JsonObject }): JsonObject {
  const { message, reason, details } = body;
  return JSON.parse(JSON.stringify({ code, reason, message, details })) as JsonObject;
}

function namespaceObject(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
