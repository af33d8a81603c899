import type { KubeObject } from '@sluice/api';
import { selects } from '../builtin/label-selector.ts';
import { listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { condition, writeStatus, type SimulatedKind, type Simulation } from './controller.ts';
import { isReady } from './pods.ts';

/** Reports a steady HorizontalPodAutoscaler, whose metrics always recommend the present size. */
export const autoscalerSimulation: SimulatedKind = {
  storageKey: 'autoscaling/horizontalpodautoscalers',
  sync: ({ controller }, autoscaler) => {
    const target = targetOf(controller.list.bind(controller), autoscaler);
    const replicas = numberOf(recordOf(target?.spec).replicas);
    const old = listOf(recordOf(autoscaler.status).conditions);
    const now = controller.core.now();
    const conditions = [
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'ReadyForNewScale',
        message: 'recommended size matches current size',
      },
      {
        type: 'ScalingActive',
        status: 'True',
        reason: 'ValidMetricFound',
        message: 'the HPA was able to successfully calculate a replica count',
      },
      {
        type: 'ScalingLimited',
        status: 'False',
        reason: 'DesiredWithinRange',
        message: 'the desired count is within the acceptable range',
      },
    ].map((next) => condition(old, next, now));
    writeStatus(controller, 'autoscaling/horizontalpodautoscalers', autoscaler, {
      currentReplicas: replicas,
      desiredReplicas: replicas,
      currentMetrics: null,
      conditions,
    });
  },
};

const targetKeys: Readonly<Record<string, string>> = {
  Deployment: 'apps/deployments',
  StatefulSet: 'apps/statefulsets',
  ReplicaSet: 'apps/replicasets',
};

function targetOf(
  list: (key: string, namespace?: string) => KubeObject[],
  autoscaler: KubeObject,
): KubeObject | undefined {
  const { kind, name } = recordOf(recordOf(autoscaler.spec).scaleTargetRef);
  const key = targetKeys[stringOf(kind)];
  if (key === undefined) return undefined;
  return list(key, autoscaler.metadata.namespace).find((object) => object.metadata.name === name);
}

/** Counts what a PodDisruptionBudget protects. */
export const disruptionBudgetSimulation: SimulatedKind = {
  storageKey: 'policy/poddisruptionbudgets',
  sync: ({ controller }, budget) => {
    const spec = recordOf(budget.spec);
    const pods = controller
      .list('/pods', budget.metadata.namespace)
      .filter((pod) => selects(recordOf(spec.selector), recordOf(pod.metadata.labels)));
    const healthy = pods.filter(isReady).length;
    const desired =
      spec.maxUnavailable === undefined
        ? countOf(spec.minAvailable ?? 1, pods.length)
        : Math.max(pods.length - countOf(spec.maxUnavailable, pods.length), 0);
    const allowed = Math.max(healthy - desired, 0);
    const next = {
      type: 'DisruptionAllowed',
      status: allowed > 0 ? 'True' : 'False',
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    };
    writeStatus(controller, 'policy/poddisruptionbudgets', budget, {
      observedGeneration: budget.metadata.generation,
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: pods.length,
      conditions: [condition(listOf(recordOf(budget.status).conditions), next, controller.core.now())],
    });
  },
  related: ({ controller }: Simulation, key, { object }) =>
    key === '/pods' ? budgetsOf(controller.list('policy/poddisruptionbudgets', object.metadata.namespace)) : [],
};

function budgetsOf(budgets: readonly KubeObject[]): string[] {
  return budgets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

function countOf(value: unknown, total: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(stringOf(value), 10) / 100) * total) || 0;
}

/** Says that every APIService is there. */
export const apiServiceSimulation: SimulatedKind = {
  storageKey: 'apiregistration.k8s.io/apiservices',
  sync: ({ controller }, service) => {
    const isLocal = recordOf(service.spec).service === undefined;
    const why: JsonRecord = isLocal
      ? { reason: 'Local', message: 'Local APIServices are always available' }
      : { reason: 'Passed', message: 'all checks passed' };
    const next = { type: 'Available', status: 'True', ...why };
    const conditions = [condition(listOf(recordOf(service.status).conditions), next, controller.core.now())];
    writeStatus(controller, 'apiregistration.k8s.io/apiservices', service, { conditions });
  },
};
