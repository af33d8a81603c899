import type { ObjectMeta } from '@sluice/api';
import type { JsonObject } from '@sluice/kube-schema';
import { takeOverPatch } from '@sluice/plan';
import { collectionPath, startApiSession, type ApiAnswer, type ApiSession } from './api-session.ts';
import { Placeholders } from './placeholders.ts';

/** One request of the family `ssa`, see its `about`. */
interface Step {
  readonly do: 'apply' | 'create' | 'update' | 'merge-patch' | 'json-patch' | 'get' | 'delete' | 'flux-takeover';
  readonly manager?: string;
  /** A text is YAML. */
  readonly body?: JsonObject | string;
  readonly force?: string;
  readonly dryRun?: string;
  readonly fieldValidation?: string;
  readonly subresource?: string;
  readonly overrideManagers?: readonly string[];
  /** The plural in the path, where it is not that of the body's kind. */
  readonly as?: string;
  /** The name in the path, where it is not `web`. */
  readonly named?: string;
}

const namespace = 'ssa';

/** The answers to the steps of a case, on a server of its own. */
export async function runSteps(input: unknown, crd: JsonObject): Promise<unknown> {
  const { steps } = input as { steps: readonly Step[] };
  const clock = { seconds: Math.floor(Date.now() / 1000) };
  await using session = await startApiSession(() => new Date(clock.seconds * 1000));
  await install(session, crd);
  const placeholders = new Placeholders(input);
  const collection = collectionPath(firstBody(steps), namespace, steps[0]?.as);
  const answers: unknown[] = [];
  for (const step of steps) {
    clock.seconds += 1;
    answers.push(placeholders.apply(await perform(session, step, collection)));
  }
  return answers;
}

async function install(session: ApiSession, crd: JsonObject): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await session.send({ method: 'POST', path: '/api/v1/namespaces', body });
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const created = await session.send({ method: 'POST', path, body: crd });
  if (created.code !== 201) throw new Error(`cannot install the CRD: ${JSON.stringify(created.body)}`);
}

async function perform(session: ApiSession, step: Step, fallback: string): Promise<JsonObject> {
  const parent = parentIn(step);
  const collection = parent === undefined ? fallback : collectionPath(parent, namespace, step.as);
  const path = `${collection.replace('/v9/', '/v1/')}/${step.named ?? 'web'}`;
  if (step.do === 'flux-takeover') return takeOver(session, path, step);
  const target = step.subresource === undefined ? path : `${path}/${step.subresource}`;
  const current = async () => (await session.send({ method: 'GET', path })).body;
  const body = step.body === undefined ? undefined : await fillIn(step.body, current);
  const query = {
    fieldManager: step.do === 'get' || step.do === 'delete' ? undefined : step.manager,
    force: step.force,
    dryRun: step.dryRun,
    fieldValidation: step.fieldValidation,
  };
  const request = requests[step.do];
  const answer = await session.send({
    ...request,
    path: step.do === 'create' ? collection : target,
    query,
    ...(body === undefined ? {} : { body }),
  });
  return step.do === 'delete' ? { code: answer.code } : outcomeOf(answer);
}

const requests: Readonly<Record<Exclude<Step['do'], 'flux-takeover'>, { method: string; contentType?: string }>> = {
  apply: { method: 'PATCH', contentType: 'application/apply-patch+yaml' },
  create: { method: 'POST' },
  update: { method: 'PUT' },
  'merge-patch': { method: 'PATCH', contentType: 'application/merge-patch+json' },
  'json-patch': { method: 'PATCH', contentType: 'application/json-patch+json' },
  get: { method: 'GET' },
  delete: { method: 'DELETE' },
};

/** The patch that takes fields over, and the object after it was sent; nothing is sent when there is nothing to take. */
async function takeOver(session: ApiSession, path: string, step: Step): Promise<JsonObject> {
  const live = await session.send({ method: 'GET', path });
  const patch = takeOverPatch(live.body.metadata as unknown as ObjectMeta, step.overrideManagers);
  if (patch.length === 0) return { patch, ...outcomeOf(live) };
  const contentType = 'application/json-patch+json';
  const answer = await session.send({
    method: 'PATCH',
    path,
    contentType,
    body: patch,
    query: { fieldManager: 'kustomize-controller' },
  });
  return { patch, ...outcomeOf(answer) };
}

async function fillIn(body: JsonObject | string, current: () => Promise<JsonObject>): Promise<unknown> {
  const text = JSON.stringify(body);
  if (!text.includes('{current}')) return body;
  const { metadata } = await current();
  return JSON.parse(text.replaceAll('{current}', String((metadata as JsonObject).resourceVersion))) as JsonObject;
}

function outcomeOf({ code, body, warnings }: ApiAnswer): JsonObject {
  const heard = warnings.length === 0 ? {} : { warnings };
  if (code < 300) return { code, object: body, ...heard };
  const { message, reason, details } = body;
  return { code, status: { message, reason, details, code }, ...heard };
}

/** The object that the steps are about. */
function firstBody(steps: readonly Step[]): JsonObject {
  return steps.map(parentIn).find((body) => body !== undefined) ?? {};
}

/** The body of a step when it is the object itself, and no patch or Scale of it. */
function parentIn({ body }: Step): JsonObject | undefined {
  if (body === undefined) return undefined;
  const { apiVersion, kind } = typeof body === 'string' ? headOf(body) : body;
  return kind === undefined || kind === 'Scale' ? undefined : { apiVersion, kind };
}

function headOf(yaml: string): JsonObject {
  const value = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(yaml)?.[1];
  return { apiVersion: value('apiVersion'), kind: value('kind') };
}
