import { listOf, recordOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import type { KindRules } from './strategy.ts';

export const namespaceFinalizer = 'kubernetes';
const nameLabel = 'kubernetes.io/metadata.name';

export const namespaceRules: KindRules = {
  names: 'label',
  returnsDeleted: true,
  selectableFields: ['status.phase'],
  defaults: setNameLabel,
  prepareForCreate: (object) => {
    object.spec = { finalizers: [namespaceFinalizer] };
    object.status = { phase: 'Active' };
    setNameLabel(object);
  },
  prepareForUpdate: (object, old, { subresource }) => {
    // Only /finalize takes finalizers away.
    const { spec } = subresource === 'finalize' ? object : old;
    if (subresource === 'finalize') Object.assign(object, { ...old, metadata: object.metadata });
    object.spec = spec;
  },
  markDeleted: (object) => {
    object.status = { ...recordOf(object.status), phase: 'Terminating' };
  },
  holdsDeletion: (object) => listOf(recordOf(object.spec).finalizers).length > 0,
};

function setNameLabel({ metadata }: Draft): void {
  if (typeof metadata.name !== 'string' || metadata.name === '') return;
  metadata.labels = { ...(metadata.labels as JsonRecord | undefined), [nameLabel]: metadata.name };
}
