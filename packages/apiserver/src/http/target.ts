import type { Core } from '../core.ts';
import type { Resource, Subresource } from '../registry/resource.ts';
import { replyFor, type Reply } from '../represent/respond.ts';
import type { ApiRequest } from './messages.ts';
import { negotiate } from './negotiate.ts';
import type { ResourcePath } from './path.ts';

/** A request whose resource, and subresource if any, are known and allow the method. */
export interface ResourceRequest {
  readonly request: ApiRequest;
  readonly path: ResourcePath;
  readonly resource: Resource;
  readonly subresource: Subresource | undefined;
  readonly verb: string;
}

/** How the answer to this request is to be written. @throws StatusError 406 */
export function replyOf(core: Core, { request, resource }: ResourceRequest, watch = false): Reply {
  const pretty = request.query.get('pretty');
  const representation = negotiate(request.header('accept'), {
    literal: !resource.custom,
    watch,
    pretty: pretty !== null && pretty !== '0' && pretty !== 'false',
  });
  return replyFor(request, representation, core.now());
}
