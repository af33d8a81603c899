import type { KubeObject } from '@sluice/api';
import { isRecord, listOf, recordOf } from '../json.ts';
import { writeStatus, type SimulatedKind } from './controller.ts';

const loadBalancerFinalizer = 'service.kubernetes.io/load-balancer-cleanup';

/** Gives Services of type LoadBalancer an address. */
export const serviceSimulation: SimulatedKind = {
  storageKey: '/services',
  sync: ({ controller }, service) => {
    const isBalanced = recordOf(service.spec).type === 'LoadBalancer';
    const finalizers = service.metadata.finalizers ?? [];
    if (service.metadata.deletionTimestamp !== undefined || !isBalanced) {
      if (finalizers.includes(loadBalancerFinalizer)) {
        controller.change('/services', service.metadata, (draft) => {
          draft.metadata.finalizers = finalizers.filter((finalizer) => finalizer !== loadBalancerFinalizer);
        });
      }
      return;
    }
    if (!finalizers.includes(loadBalancerFinalizer)) {
      controller.change('/services', service.metadata, (draft) => {
        draft.metadata.finalizers = [...finalizers, loadBalancerFinalizer];
      });
      return;
    }
    if (hasAddress(service)) return;
    const ingress = [{ ip: address(service), ipMode: 'VIP' }];
    writeStatus(controller, '/services', service, { ...recordOf(service.status), loadBalancer: { ingress } });
  },
};

/** Gives every Ingress an address. */
export const ingressSimulation: SimulatedKind = {
  storageKey: 'networking.k8s.io/ingresses',
  sync: ({ controller }, ingress) => {
    if (ingress.metadata.deletionTimestamp !== undefined || hasAddress(ingress)) return;
    const loadBalancer = { ingress: [{ ip: address(ingress) }] };
    writeStatus(controller, 'networking.k8s.io/ingresses', ingress, { loadBalancer });
  },
};

function hasAddress(object: KubeObject): boolean {
  const balancer = recordOf(recordOf(object.status).loadBalancer);
  return listOf(balancer.ingress).filter(isRecord).length > 0;
}

/** An address of 172.18.255.0/24 that stays the same for an object. */
function address(object: KubeObject): string {
  let hash = 0;
  for (const char of object.metadata.uid ?? '') hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return `172.18.255.${(hash % 254) + 1}`;
}
