import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { validateCrd, validateCrdUpdate } from '../custom/validate-crd.ts';
import { timestamp } from '../operations/time.ts';
import type { KindRules } from './strategy.ts';

/** Holds a CRD until its objects are gone. */
export const crdFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const crdRules: KindRules = {
  generation: 'spec',
  conditionalUpdates: true,
  defaults: (object) => {
    const spec = object.spec as JsonRecord;
    const names = spec.names as JsonRecord;
    const kind = stringOf(names.kind);
    if (names.singular === undefined) names.singular = kind.toLowerCase();
    if (names.listKind === undefined) names.listKind = `${kind}List`;
    spec.conversion ??= { strategy: 'None' };
  },
  prepareForCreate: (object) => {
    object.status = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: [storageVersion(object)],
    };
  },
  validate: validateCrd,
  validateUpdate: validateCrdUpdate,
  markDeleted: (object, { now }) => markTerminating(object, now),
  prepareForUpdate: (object, _old, { subresource }) => {
    if (subresource !== '') return;
    const status = recordOf(object.status);
    const stored = listOf(status.storedVersions);
    const version = storageVersion(object);
    if (!stored.includes(version)) object.status = { ...status, storedVersions: [...stored, version] };
  },
};

/** Deleting a CRD deletes its objects first. */
function markTerminating(object: Draft, now: Date): void {
  const finalizers = listOf(object.metadata.finalizers);
  if (!finalizers.includes(crdFinalizer)) object.metadata.finalizers = [...finalizers, crdFinalizer];
  const status = recordOf(object.status);
  const others = listOf(status.conditions).filter((condition) => recordOf(condition).type !== 'Terminating');
  const condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  object.status = { ...status, conditions: [...others, condition] };
}

function storageVersion(object: Draft): string {
  const versions = listOf(recordOf(object.spec).versions).filter(isRecord);
  return stringOf(versions.find((version) => version.storage === true)?.name);
}
