import { readFileSync } from 'node:fs';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { parseJson, writeJson } from './json-text.ts';
import { startTestServer, type Json, type TestServer } from './test/client.ts';

const ssa = corpusPath('vectors/ssa.json');
const strategic = corpusPath('vectors/smp-server.json');

interface Vectors {
  readonly crd?: Json;
  readonly cases: readonly { name: string; input: Json; want: Json; error?: Json }[];
}

function readVectors(path: string): Vectors {
  return parseJson(readFileSync(path, 'utf8')) as Vectors;
}

describe.skipIf(ssa === undefined)(`server-side apply as kube-apiserver does it (${corpusMissing})`, () => {
  test('every sequence of requests ends in the recorded objects', async () => {
    const vectors = readVectors(ssa ?? '');
    let clock = Date.parse('2026-01-01T00:00:00Z');
    await using api = await startTestServer({
      now: () => new Date(clock),
      garbageCollection: false,
      simulate: { mode: 'off' },
    });
    await api.post('/api/v1/namespaces', { metadata: { name: 'ssa' } });
    await installCrd(api, vectors.crd);
    const differing: string[] = [];
    for (const { name, input, want } of vectors.cases) {
      const seen = new Placeholders();
      for (const [index, step] of (input.steps as Json[]).entries()) {
        clock += 2000;
        const got = seen.normalise(await perform(api, step, want[index]));
        const wanted = expectation(want[index]);
        if (!same(got, wanted)) differing.push(`${name} #${index}\n  want ${text(wanted)}\n  got  ${text(got)}`);
      }
      await removeAll(api);
    }
    report('ssa', differing, vectors.cases.length);
    expect(differing).toEqual([]);
  });
});

describe.skipIf(strategic === undefined)(`strategic merge as kube-apiserver does it (${corpusMissing})`, () => {
  test('every patch of a stored object gives the recorded object or error', async () => {
    const vectors = readVectors(strategic ?? '');
    await using api = await startTestServer({ garbageCollection: false, simulate: { mode: 'off' } });
    await api.post('/api/v1/namespaces', { metadata: { name: 'smp' } });
    const differing: string[] = [];
    for (const { name, input, want, error } of vectors.cases) {
      const path = pathOf(input.live, 'smp');
      const created = await api.post(path, input.live);
      expect([created.code, name]).toEqual([201, name]);
      const answer = await api.call('PATCH', `${path}/web`, {
        body: input.patch,
        type: 'application/strategic-merge-patch+json',
      });
      const got = answer.code < 300 ? withoutServerParts(answer.body) : answer.body;
      const wanted = want ?? error;
      if (!sameOutcome(got, wanted)) differing.push(`${name}\n  want ${text(wanted)}\n  got  ${text(got)}`);
      await api.merge(`${path}/web`, { metadata: { finalizers: null } });
      await api.delete(`${path}/web`);
    }
    report('smp', differing, vectors.cases.length);
    expect(differing).toEqual([]);
  });
});

function report(family: string, differing: readonly string[], total: number): void {
  if (differing.length === 0 || process.env['SLUICE_VECTORS'] === undefined) return;
  process.stderr.write(`${family}: ${differing.length} of ${total}\n${differing.join('\n')}\n`);
}

async function installCrd(api: TestServer, crd: Json): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  expect((await api.post(path, crd)).code).toBe(201);
  await api.until(`/apis/${crd.spec.group}`, (answer) => answer.code === 200);
}

const plurals: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
  Deployment: 'deployments',
  Widget: 'widgets',
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
};

function pathOf(object: Json, namespace: string): string {
  const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  return `${base}/namespaces/${namespace}/${plurals[object.kind] ?? `${object.kind.toLowerCase()}s`}`;
}

let lastPath = '';

async function perform(api: TestServer, step: Json, wanted: Json): Promise<Json> {
  if (step.as !== undefined) lastPath = '/api/v1/namespaces/ssa/configmaps';
  else if (step.body?.apiVersion !== undefined && step.subresource !== 'scale') lastPath = pathOf(step.body, 'ssa');
  const named = `${lastPath}/${step.named ?? 'web'}${step.subresource === undefined ? '' : `/${step.subresource}`}`;
  const query = new URLSearchParams();
  if (step.manager !== undefined) query.set('fieldManager', step.manager);
  if (step.force !== undefined) query.set('force', String(step.force));
  if (step.dryRun !== undefined) query.set('dryRun', step.dryRun === true ? 'All' : step.dryRun);
  if (step.fieldValidation !== undefined) query.set('fieldValidation', step.fieldValidation);
  const body = await withCurrentVersion(api, step, lastPath);
  const send = (method: string, path: string, type: string) =>
    api.call(method, `${path}?${query.toString()}`, { body, type });
  switch (step.do) {
    case 'apply':
      return send('PATCH', named, 'application/apply-patch+yaml');
    case 'create':
      return send('POST', lastPath, 'application/json');
    case 'update':
      return send('PUT', named, 'application/json');
    case 'merge-patch':
      return send('PATCH', named, 'application/merge-patch+json');
    case 'json-patch':
      return send('PATCH', named, 'application/json-patch+json');
    case 'get':
      return api.get(named);
    case 'delete':
      return api.delete(named);
    case 'flux-takeover':
      return takeOver(api, named, wanted.patch);
    default:
      throw new Error(`unknown step ${step.do}`);
  }
}

async function takeOver(api: TestServer, path: string, patch: Json): Promise<Json> {
  if (patch === undefined || patch.length === 0) return api.get(path);
  const live = (await api.get(path)).body;
  const time = live.metadata.managedFields?.[0]?.time ?? live.metadata.creationTimestamp;
  const body = JSON.stringify(patch)
    .replaceAll('"TIME"', JSON.stringify(time))
    .replaceAll('"rv1"', JSON.stringify(live.metadata.resourceVersion));
  return api.call('PATCH', path, { body, type: 'application/json-patch+json' });
}

async function withCurrentVersion(api: TestServer, step: Json, path: string): Promise<Json> {
  if (step.body === undefined || !writeJson(step.body).includes('{current}')) return step.body;
  const live = await api.get(`${path}/web`);
  return parseJson(writeJson(step.body).replaceAll('{current}', live.body.metadata.resourceVersion));
}

async function removeAll(api: TestServer): Promise<void> {
  const core = ['configmaps', 'secrets', 'services'].map((plural) => `/api/v1/namespaces/ssa/${plural}/web`);
  const others = ['/apis/apps/v1/namespaces/ssa/deployments/web', '/apis/example.org/v1/namespaces/ssa/widgets/web'];
  for (const path of [...core, ...others]) {
    await api.delete(path);
    await api.call('PATCH', path, {
      body: [{ op: 'remove', path: '/metadata/finalizers' }],
      type: 'application/json-patch+json',
    });
  }
}

const timeFields = new Set(['time', 'creationTimestamp', 'deletionTimestamp', 'lastTransitionTime']);

function statusParts({ code, message, reason, details }: Json): Json {
  return { code, message, ...(reason === undefined ? {} : { reason }), ...(details === undefined ? {} : { details }) };
}

/** Numbers the distinct uids and versions of a case in the order in which they appear. */
class Placeholders {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  normalise(answer: Json): Json {
    const { code, body, warnings } = answer;
    const sent = warnings.length === 0 ? {} : { warnings: warnings.map((w: string) => `299 - ${JSON.stringify(w)}`) };
    if (code >= 400) return { code, ...sent, status: statusParts({ ...body, code }) };
    return body.kind === 'Status' ? { code } : { code, ...sent, object: this.#object(body) };
  }

  #object(value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => this.#object(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, this.#field(key, child)]));
  }

  #field(key: string, value: Json): Json {
    if (key === 'uid') return number(this.#uids, 'uid', value);
    if (key === 'resourceVersion') return number(this.#versions, 'rv', value);
    if (typeof value === 'string' && timeFields.has(key)) return 'TIME';
    if (key === 'clusterIP' || key === 'clusterIPs') {
      return JSON.parse(JSON.stringify(value).replaceAll(/10\.\d+\.\d+\.\d+/g, '10.96.0.100'));
    }
    return this.#object(value);
  }
}

function number(known: Map<string, string>, prefix: string, value: string): string {
  if (!known.has(value)) known.set(value, `${prefix}${known.size + 1}`);
  return known.get(value) ?? '';
}

function expectation(want: Json): Json {
  const { patch: _patch, ...rest } = want;
  return rest;
}

function withoutServerParts(object: Json): Json {
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, managedFields: _m, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function sameOutcome(got: Json, want: Json): boolean {
  if (got.kind !== 'Status') return same(got, want);
  const { code, message, reason, details } = got;
  return same(statusParts({ code, message, reason, details }), want);
}

function same(a: Json, b: Json): boolean {
  return text(a) === text(b);
}

/** JSON with sorted keys. */
function text(value: Json): string {
  return writeJson(sorted(value));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, sorted(child)]));
}
