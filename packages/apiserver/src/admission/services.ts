import type { AdmissionPlugin } from '../core.ts';
import { allocate, takenBy } from '../builtin/service-allocation.ts';
import { keepAllocations } from '../builtin/service-rules.ts';
import { invalid } from '../errors.ts';

/** Gives Services their addresses and ports. They are nobody's fields: this comes after field tracking. */
export const serviceAllocation: AdmissionPlugin = (
  core,
  { operation, resource, namespace, name, object, old, context },
) => {
  if (resource.storageKey !== '/services' || object === undefined || context.subresource !== '') return;
  if (operation === 'update' && old !== undefined) keepAllocations(object, old);
  const services = core.store.collection(resource.storageKey).values();
  const errors = allocate(object, takenBy(services, { namespace, name }), context.dryRun);
  if (errors.length > 0) throw invalid(resource, name, errors);
};
