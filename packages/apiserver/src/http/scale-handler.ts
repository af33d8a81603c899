import type { Core } from '../core.ts';
import { getScale, writeScale, type ScaleWrite } from '../operations/scale.ts';
import type { WriteContext } from '../operations/context.ts';
import { respondObject } from '../represent/respond.ts';
import { parseApplyBody, parsePatchBody, readObjectBody } from './body.ts';
import type { ApiResponse } from './messages.ts';
import { writeContext } from './options.ts';
import { patchContext, patchTypeOf } from './patch-handler.ts';
import { replyOf, type ResourceRequest } from './target.ts';

/** GET, PUT and PATCH of `/scale`. @throws StatusError */
export async function scaleHandler(core: Core, target: ResourceRequest): Promise<ApiResponse> {
  const { path, resource, verb } = target;
  if (verb === 'get') {
    return respondObject(replyOf(core, target), resource, getScale(core, resource, path.namespace, path.name));
  }
  const { write, context } = await readWrite(core, target);
  const reply = replyOf(core, target);
  const scale = writeScale(core, resource, path, write, context);
  return respondObject(reply, resource, scale, { warnings: context.warnings });
}

async function readWrite(core: Core, target: ResourceRequest): Promise<{ write: ScaleWrite; context: WriteContext }> {
  const { request, resource, verb } = target;
  if (verb === 'update') {
    const context = writeContext(request, { kind: 'UpdateOptions', subresource: 'scale', now: core.now() });
    const { value } = await readObjectBody(request, { ...resource, kind: 'Scale' });
    return { write: { kind: 'update', body: value }, context };
  }
  const type = patchTypeOf(request, resource);
  const context = patchContext(core, target, type);
  const text = (await request.readBody()).toString('utf8');
  if (type === 'apply') {
    const applied = parseApplyBody(text, context);
    return { write: { kind: 'apply', applied }, context };
  }
  return { write: { kind: 'patch', patch: { type, ...parsePatchBody(text) } }, context };
}
