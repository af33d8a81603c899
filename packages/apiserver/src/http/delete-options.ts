import { apiVersionOf } from '@sluice/api';
import type { Core } from '../core.ts';
import { badRequest, invalid, invalidValue, notSupported, type FieldError } from '../errors.ts';
import { isRecord, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import type { DeleteOptions, Deletion, Propagation } from '../operations/delete.ts';
import type { Resource } from '../registry/resource.ts';
import { encode, respondObject, type Reply } from '../represent/respond.ts';
import { readOptionsBody } from './body.ts';
import type { ApiResponse } from './messages.ts';
import { checkDryRun, queryFlag, queryInteger, writeContext } from './options.ts';
import type { ResourceRequest } from './target.ts';

const propagations: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** The options of a DELETE: from the body when there is one, else from the query. @throws StatusError 400, 415, 422 */
export async function readDeleteOptions(
  core: Core,
  { request, resource }: ResourceRequest,
): Promise<{ options: DeleteOptions; context: WriteContext }> {
  const body = await readOptionsBody(request, resource);
  const raw = body === undefined ? fromQuery(request.query) : fromBody(resource, body);
  const query = new URLSearchParams();
  const context = writeContext(request, { kind: 'DeleteOptions', subresource: '', now: core.now(), query });
  return { options: checked(raw), context: { ...context, dryRun: raw.dryRun.length > 0 } };
}

interface RawOptions {
  readonly propagationPolicy: unknown;
  readonly orphanDependents: unknown;
  readonly gracePeriodSeconds: unknown;
  readonly preconditions: Readonly<JsonRecord>;
  readonly dryRun: readonly string[];
}

function fromQuery(query: URLSearchParams): RawOptions {
  return {
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: query.has('orphanDependents') ? queryFlag(query, 'orphanDependents') : undefined,
    gracePeriodSeconds: query.has('gracePeriodSeconds') ? queryInteger(query, 'gracePeriodSeconds') : undefined,
    preconditions: {},
    dryRun: query.getAll('dryRun'),
  };
}

function fromBody(resource: Resource, body: unknown): RawOptions {
  if (!isRecord(body))
    throw badRequest(`couldn't get version/kind; json parse error: json: cannot unmarshal ${typeof body}`);
  const { apiVersion, kind } = body;
  if (kind !== undefined || apiVersion !== undefined) checkKind(resource, stringOf(apiVersion), stringOf(kind));
  return {
    propagationPolicy: body.propagationPolicy ?? undefined,
    orphanDependents: body.orphanDependents ?? undefined,
    gracePeriodSeconds: body.gracePeriodSeconds ?? undefined,
    preconditions: recordOf(body.preconditions),
    dryRun: Array.isArray(body.dryRun) ? body.dryRun.map(String) : [],
  };
}

function checkKind(resource: Resource, apiVersion: string, kind: string): void {
  const known = ['', 'v1', 'meta.k8s.io/v1', apiVersionOf(resource)];
  if ((kind === 'DeleteOptions' || kind === '') && known.includes(apiVersion)) return;
  throw badRequest(
    `no kind "${kind}" is registered for version "${apiVersion}" in scheme "k8s.io/apimachinery/pkg/runtime/scheme.go:100"`,
  );
}

function checked(raw: RawOptions): DeleteOptions {
  const errors: FieldError[] = [...checkDryRun(raw.dryRun)];
  const { propagationPolicy: policy, orphanDependents: orphan } = raw;
  if (policy !== undefined && orphan !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalidValue('propagationPolicy', policy, why));
  }
  if (policy !== undefined && !propagations.includes(stringOf(policy))) {
    errors.push(notSupported('propagationPolicy', policy, [...propagations, 'nil']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const { uid, resourceVersion } = raw.preconditions;
  return {
    propagation: propagationOf(policy, orphan),
    gracePeriodSeconds: typeof raw.gracePeriodSeconds === 'number' ? raw.gracePeriodSeconds : undefined,
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
    keepsDependents: typeof orphan === 'boolean' ? orphan : undefined,
  };
}

function propagationOf(policy: unknown, orphan: unknown): Propagation | undefined {
  if (policy === 'Foreground' || policy === 'Background' || policy === 'Orphan') return policy;
  return orphan === true ? 'Orphan' : undefined;
}

/** The answer to a DELETE: the object where it stays or its kind is answered so, else a Status. */
export function respondDeletion(
  reply: Reply,
  resource: Resource,
  { object, removed }: Deletion,
  { keepsDependents }: DeleteOptions,
): ApiResponse {
  if (!removed) return respondObject(reply, resource, object, { code: keepsDependents === false ? 202 : 200 });
  if (resource.strategy.returnsDeleted) return respondObject(reply, resource, object);
  const { name, uid } = object.metadata;
  return encode(reply.representation, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural, uid },
  });
}
