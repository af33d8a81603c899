import type { KubeObject } from '@sluice/api';
import { recordOf } from '../json.ts';
import { ownedBy, ownerKeys, writeStatus, type SimulatedKind, type Simulation } from './controller.ts';
import { isActive, isReady, podOf } from './pods.ts';
import { templateHash } from './template-hash.ts';

const storageKey = 'apps/daemonsets';
const hashLabel = 'controller-revision-hash';

export const daemonSetSimulation: SimulatedKind = {
  storageKey,
  sync: (simulation, set) => {
    if (set.metadata.deletionTimestamp === undefined) syncSet(simulation, set);
  },
  related: ({ controller }, key, event) => {
    if (key === '/pods') return ownerKeys('DaemonSet', event);
    return key === '/nodes' && event.type !== 'MODIFIED' ? controller.core.store.collection(storageKey).keys() : [];
  },
};

function syncSet({ controller }: Simulation, set: KubeObject): void {
  const template = recordOf(set.spec).template;
  const hash = templateHash(template);
  const selector = recordOf(recordOf(recordOf(template).spec).nodeSelector);
  const nodes = controller
    .list('/nodes')
    .filter(({ metadata }) => Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value));
  const pods = ownedBy(controller, '/pods', set).filter(isActive);
  const nodeOf = (pod: KubeObject) => recordOf(pod.spec).nodeName;
  for (const pod of pods) {
    const isWanted = nodes.some((node) => node.metadata.name === nodeOf(pod));
    const isOld = pod.metadata.labels?.[hashLabel] !== hash;
    const replaces = recordOf(recordOf(set.spec).updateStrategy).type !== 'OnDelete';
    if (!isWanted || (isOld && replaces)) controller.delete('/pods', pod);
  }
  const kept = ownedBy(controller, '/pods', set).filter(isActive);
  for (const node of nodes.filter((candidate) => !kept.some((pod) => nodeOf(pod) === candidate.metadata.name))) {
    const extra = { labels: { [hashLabel]: hash }, spec: { nodeName: node.metadata.name } };
    controller.create('/pods', podOf(set, template, extra));
  }
  const now = ownedBy(controller, '/pods', set).filter(isActive);
  const ready = now.filter(isReady).length;
  writeStatus(controller, storageKey, set, {
    currentNumberScheduled: now.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: ready,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: now.filter((pod) => pod.metadata.labels?.[hashLabel] === hash).length,
    numberAvailable: ready,
    numberUnavailable: Math.max(nodes.length - ready, 0),
  });
}
