import type { Core } from '../core.ts';
import { badRequest, futureVersion, plainError } from '../errors.ts';
import { checkListOptions, versionProblem, type ListRequest } from '../operations/read.ts';
import { parseSelector } from '../operations/selectors.ts';
import type { Resource } from '../registry/resource.ts';
import type { ApiRequest } from './messages.ts';
import { queryFlag, queryInteger } from './options.ts';

const futureWaitMs = 3000;

/** The options of a list, checked. @throws StatusError 400, 422 */
export function readListRequest({ query }: ApiRequest, resource: Resource, namespace: string): ListRequest {
  queryInteger(query, 'timeoutSeconds');
  const options = {
    limit: queryInteger(query, 'limit'),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
  checkListOptions(options, readSendInitialEvents(query));
  const selector = parseSelector(resource, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
  return { namespace, selector, ...options };
}

export function readSendInitialEvents(query: URLSearchParams): boolean | undefined {
  return query.has('sendInitialEvents') ? queryFlag(query, 'sendInitialEvents') : undefined;
}

/** Waits until the server has reached the asked version. @throws StatusError 504 when it does not in three seconds */
export async function waitForVersion(core: Core, version: string, verb: 'get' | 'list'): Promise<void> {
  if (version === '') return;
  if (!/^\d+$/.test(version)) {
    const problem = versionProblem(version);
    throw verb === 'get' ? plainError(problem) : badRequest(`invalid resource version: ${problem}`);
  }
  const wanted = Number(version);
  if (wanted <= core.store.revision) return;
  await core.store.reached(wanted, futureWaitMs);
  if (wanted > core.store.revision) throw futureVersion(wanted, core.store.revision);
}
