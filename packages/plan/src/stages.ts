import { gvkOf, type KubeObject } from '@sluice/api';
import { idOf } from './identity.ts';
import { compareIds } from './order.ts';

export interface Stage {
  readonly name: 'definitions' | 'classes' | 'custom' | 'rest';
  /** In the order of applying. */
  readonly objects: readonly KubeObject[];
  /** Whether all of it must be Current before the next stage begins. */
  readonly isWaitedFor: boolean;
}

/**
 * Objects in the stages in which they are applied; stages without objects are left out.
 * @param customKinds `group/Kind`, or `Kind` of the core group, of a stage of their own before the rest
 * @see spec kustomization-controller §11.1
 */
export function splitStages(objects: readonly KubeObject[], customKinds: ReadonlySet<string> = new Set()): Stage[] {
  const names = ['definitions', 'classes', 'custom', 'rest'] as const;
  const byName = Map.groupBy(objects, (object) => stageOf(object, customKinds));
  return names.flatMap((name) => {
    const members = byName.get(name);
    if (members === undefined) return [];
    const sorted = members.toSorted((a, b) => compareIds(idOf(a), idOf(b)));
    return [{ name, objects: sorted, isWaitedFor: name === 'definitions' || name === 'classes' }];
  });
}

function stageOf(object: KubeObject, customKinds: ReadonlySet<string>): Stage['name'] {
  const { group, kind } = gvkOf(object);
  if (isDefinition(group, kind)) return 'definitions';
  if (kind.endsWith('Class')) return 'classes';
  return customKinds.has(group === '' ? kind : `${group}/${kind}`) ? 'custom' : 'rest';
}

function isDefinition(group: string, kind: string): boolean {
  if (group === 'apiextensions.k8s.io') return kind === 'CustomResourceDefinition';
  if (group === 'rbac.authorization.k8s.io') return kind === 'ClusterRole';
  return group === '' && kind === 'Namespace';
}
