import type { KubeObject } from '@sluice/api';
import { at, listOf, recordOf, stringOf } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { ageColumn, column, countAt, nameColumn, textAt, wide } from './build.ts';

const claimed = (name: string, path: string) => column(name, textAt(path, '<unset>'));

export const storageColumns: Readonly<Record<string, readonly Column[]>> = {
  '/persistentvolumeclaims': [
    nameColumn,
    column('Status', (object) =>
      object.metadata.deletionTimestamp === undefined ? textAt('status.phase')(object, new Date(0)) : 'Terminating',
    ),
    column('Volume', textAt('spec.volumeName')),
    column('Capacity', textAt('status.capacity.storage')),
    column('Access Modes', modesAt('status.accessModes')),
    column('StorageClass', textAt('spec.storageClassName')),
    claimed('VolumeAttributesClass', 'spec.volumeAttributesClassName'),
    ageColumn,
    wide('VolumeMode', textAt('spec.volumeMode', '<unset>')),
  ],
  '/persistentvolumes': [
    nameColumn,
    column('Capacity', textAt('spec.capacity.storage')),
    column('Access Modes', modesAt('spec.accessModes')),
    column('Reclaim Policy', textAt('spec.persistentVolumeReclaimPolicy')),
    column('Status', textAt('status.phase')),
    column('Claim', (object) => {
      const { namespace, name } = recordOf(at(object, 'spec', 'claimRef'));
      return name === undefined ? '' : `${stringOf(namespace)}/${stringOf(name)}`;
    }),
    column('StorageClass', textAt('spec.storageClassName')),
    claimed('VolumeAttributesClass', 'spec.volumeAttributesClassName'),
    column('Reason', textAt('status.reason')),
    ageColumn,
    wide('VolumeMode', textAt('spec.volumeMode', '<unset>')),
  ],
  'storage.k8s.io/storageclasses': [
    nameColumn,
    column('Provisioner', textAt('provisioner')),
    column('ReclaimPolicy', textAt('reclaimPolicy', 'Delete')),
    column('VolumeBindingMode', textAt('volumeBindingMode', 'Immediate')),
    column('AllowVolumeExpansion', (object) => object.allowVolumeExpansion === true, 'boolean'),
    ageColumn,
  ],
  'storage.k8s.io/csinodes': [nameColumn, column('Drivers', countAt('spec.drivers'), 'integer'), ageColumn],
  'storage.k8s.io/csidrivers': [
    nameColumn,
    column('AttachRequired', (object) => at(object, 'spec', 'attachRequired') === true, 'boolean'),
    column('PodInfoOnMount', (object) => at(object, 'spec', 'podInfoOnMount') === true, 'boolean'),
    column('StorageCapacity', (object) => at(object, 'spec', 'storageCapacity') === true, 'boolean'),
    column('TokenRequests', (object) => tokenRequests(object)),
    column('RequiresRepublish', (object) => at(object, 'spec', 'requiresRepublish') === true, 'boolean'),
    column('Modes', (object) => listOf(at(object, 'spec', 'volumeLifecycleModes')).join(',')),
    ageColumn,
  ],
};

const accessModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modesAt(path: string): (object: KubeObject) => string {
  return (object) =>
    listOf(at(object, ...path.split('.')))
      .map((mode) => accessModes[stringOf(mode)] ?? stringOf(mode))
      .join(',');
}

function tokenRequests(object: KubeObject): string {
  const audiences = listOf(at(object, 'spec', 'tokenRequests')).map((request) => stringOf(recordOf(request).audience));
  return audiences.join(',') || '<unset>';
}
