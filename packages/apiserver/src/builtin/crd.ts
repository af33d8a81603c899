import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import type { KindRules } from './strategy.ts';

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
  prepareForUpdate: (object, _old, { subresource }) => {
    if (subresource !== '') return;
    const status = recordOf(object.status);
    const stored = listOf(status.storedVersions);
    const version = storageVersion(object);
    if (!stored.includes(version)) object.status = { ...status, storedVersions: [...stored, version] };
  },
};

function storageVersion(object: Draft): string {
  const versions = listOf(recordOf(object.spec).versions).filter(isRecord);
  return stringOf(versions.find((version) => version.storage === true)?.name);
}
