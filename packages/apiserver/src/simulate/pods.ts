import type { KubeObject } from '@sluice/api';
import { at, isRecord, listOf, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import { condition, knobOf, writeStatus, type SimulatedKind, type Simulation } from './controller.ts';
import { simulateAnnotation } from './options.ts';

const storageKey = '/pods';

/** What becomes of a pod once it is on a node. */
type Fate =
  | { readonly kind: 'ready' | 'notready' | 'pending' | 'crashloop' | 'succeeded' | 'unpullable' }
  | { readonly kind: 'failed'; readonly exitCode: number };

/** Schedules pods, runs their containers and removes them: the scheduler and the kubelet. */
export const podSimulation: SimulatedKind = {
  storageKey,
  sync: (simulation, pod, later) => {
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (numberOf(at(pod, 'metadata', 'deletionGracePeriodSeconds')) > 0) {
        simulation.kubelet.delete(storageKey, pod, 'Background', 0);
      }
      return;
    }
    const phase = recordOf(pod.status).phase;
    if (phase === 'Succeeded' || phase === 'Failed') return;
    if (recordOf(pod.spec).nodeName === undefined) schedule(simulation, pod);
    else run(simulation, pod, later);
  },
};

function schedule({ scheduler, settings }: Simulation, pod: KubeObject): void {
  const now = scheduler.core.now();
  const conditions = listOf(recordOf(pod.status).conditions);
  const node = knobOf(pod) === 'unschedulable' ? undefined : settings.nodeNames[0];
  if (node === undefined) {
    const message = `0/${settings.nodeNames.length} nodes are available: simulated as unschedulable.`;
    const next = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    writeStatus(scheduler, storageKey, pod, {
      ...recordOf(pod.status),
      conditions: withCondition(conditions, condition(conditions, next, now)),
    });
    return;
  }
  scheduler.change(storageKey, pod.metadata, (draft) => {
    draft.spec = { ...recordOf(draft.spec), nodeName: node };
  });
}

function run(simulation: Simulation, pod: KubeObject, later: (delayMs: number) => void): void {
  const { kubelet, settings } = simulation;
  const now = kubelet.core.now();
  const readyMs = delayOf(knobOf(pod)) ?? settings.podReadyMs;
  const started = Date.parse(stringOf(recordOf(pod.status).startTime)) || now.getTime();
  const wait = started + readyMs - now.getTime();
  const fate = fateOf(simulation, pod);
  const waits = wait > 0 && (fate.kind === 'ready' || fate.kind === 'succeeded' || fate.kind === 'failed');
  if (waits) later(wait);
  const status = statusOf(pod, waits ? { kind: 'pending' } : fate, simulation);
  writeStatus(kubelet, storageKey, pod, status);
}

/** The milliseconds of a knob such as `delay=5s`. */
function delayOf(knob: string): number | undefined {
  const match = /^delay=(\d+)(ms|s|m)$/.exec(knob);
  if (match === null) return undefined;
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}

function fateOf({ settings }: Simulation, pod: KubeObject): Fate {
  const knob = knobOf(pod);
  if (containersOf(pod).some((container) => settings.brokenImage(stringOf(container.image))))
    return { kind: 'unpullable' };
  if (knob === 'crashloop' || knob === 'notready' || knob === 'pending') return { kind: knob };
  if (recordOf(pod.spec).restartPolicy === 'Always') return { kind: 'ready' };
  const exit = /^exit=(\d+)$/.exec(knob)?.[1];
  if (knob === 'jobfail') return { kind: 'failed', exitCode: 1 };
  return exit === undefined || exit === '0' ? { kind: 'succeeded' } : { kind: 'failed', exitCode: Number(exit) };
}

function containersOf(pod: KubeObject): readonly Readonly<JsonRecord>[] {
  return listOf(recordOf(pod.spec).containers).map(recordOf);
}

function statusOf(pod: KubeObject, fate: Fate, { kubelet }: Simulation): JsonRecord {
  const now = kubelet.core.now();
  const old = recordOf(pod.status);
  const startTime = old.startTime ?? timestamp(now);
  const running = fate.kind === 'ready' || fate.kind === 'notready' || fate.kind === 'crashloop';
  const finished = fate.kind === 'succeeded' || fate.kind === 'failed';
  const ip = stringOf(old.podIP) || podAddress(pod);
  return {
    ...old,
    phase: running
      ? 'Running'
      : fate.kind === 'succeeded'
        ? 'Succeeded'
        : fate.kind === 'failed'
          ? 'Failed'
          : 'Pending',
    startTime,
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    ...(running || finished ? { podIP: ip, podIPs: [{ ip }] } : {}),
    conditions: conditionsOf(pod, fate, now),
    containerStatuses: containersOf(pod).map((container) => containerStatus(pod, container, fate, stringOf(startTime))),
  };
}

function conditionsOf(pod: KubeObject, fate: Fate, now: Date): JsonRecord[] {
  const old = listOf(recordOf(pod.status).conditions);
  const names = containersOf(pod).map((container) => stringOf(container.name));
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
  const done = { reason: 'PodCompleted' };
  const ready = fate.kind === 'ready';
  const why = ready ? {} : fate.kind === 'succeeded' ? done : notReady;
  const sandbox = fate.kind === 'ready' || fate.kind === 'notready' || fate.kind === 'crashloop' ? 'True' : 'False';
  const gates = listOf(recordOf(pod.spec).readinessGates).map((gate) => stringOf(recordOf(gate).conditionType));
  const wanted = [
    { type: 'PodReadyToStartContainers', status: sandbox },
    { type: 'Initialized', status: 'True' },
    ...gates.map((type) => ({ type, status: ready ? 'True' : 'False' })),
    { type: 'Ready', status: ready ? 'True' : 'False', ...why },
    { type: 'ContainersReady', status: ready ? 'True' : 'False', ...why },
    { type: 'PodScheduled', status: 'True' },
  ];
  return wanted.map((next) => condition(old, next, now));
}

function withCondition(list: readonly unknown[], next: JsonRecord): unknown[] {
  return [...list.filter((item) => recordOf(item).type !== next.type), next];
}

function containerStatus(pod: KubeObject, container: Readonly<JsonRecord>, fate: Fate, startedAt: string): JsonRecord {
  const image = stringOf(container.image);
  const name = stringOf(container.name);
  const containerID = `simulated://${pod.metadata.uid}/${name}`;
  const base = { name, image, imageID: '', restartCount: 0, ready: false, started: false, lastState: {} };
  switch (fate.kind) {
    case 'ready':
      return { ...base, imageID: image, containerID, ready: true, started: true, state: { running: { startedAt } } };
    case 'notready':
      return { ...base, imageID: image, containerID, started: true, state: { running: { startedAt } } };
    case 'crashloop': {
      const message = `back-off 10s restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      const terminated = { exitCode: 1, reason: 'Error', startedAt, finishedAt: startedAt, containerID };
      const state = { waiting: { reason: 'CrashLoopBackOff', message } };
      return { ...base, imageID: image, containerID, restartCount: 1, state, lastState: { terminated } };
    }
    case 'succeeded':
    case 'failed': {
      const exitCode = fate.kind === 'failed' ? fate.exitCode : 0;
      const reason = exitCode === 0 ? 'Completed' : 'Error';
      const terminated = { exitCode, reason, startedAt, finishedAt: startedAt, containerID };
      return { ...base, imageID: image, containerID, state: { terminated } };
    }
    case 'unpullable': {
      const message = `Back-off pulling image "${image}"`;
      return { ...base, state: { waiting: { reason: 'ImagePullBackOff', message } } };
    }
    case 'pending':
      return { ...base, state: { waiting: { reason: 'ContainerCreating' } } };
  }
}

/** An address of 10.244.0.0/16 that stays the same for a pod. */
function podAddress(pod: KubeObject): string {
  let hash = 0;
  for (const char of pod.metadata.uid ?? '') hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return `10.244.${(hash >>> 8) & 0xff}.${(hash & 0xfe) + 1}`;
}

/** Whether a pod counts as ready. */
export function isReady(pod: KubeObject): boolean {
  return listOf(recordOf(pod.status).conditions).some((c) => isRecord(c) && c.type === 'Ready' && c.status === 'True');
}

/** Whether a pod still works or will: neither finished nor going. */
export function isActive(pod: KubeObject): boolean {
  const phase = recordOf(pod.status).phase;
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

/** A pod of a template, owned by its controller. */
export function podOf(
  owner: KubeObject,
  template: unknown,
  extra: { name?: string; labels?: JsonRecord; spec?: JsonRecord; finalizers?: string[] },
): JsonRecord {
  const { metadata, spec } = recordOf(template);
  const { labels, annotations } = recordOf(metadata);
  const knob = owner.metadata.annotations?.[simulateAnnotation];
  const allAnnotations = { ...(knob === undefined ? {} : { [simulateAnnotation]: knob }), ...recordOf(annotations) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: owner.metadata.namespace,
      ...(extra.name === undefined ? { generateName: `${owner.metadata.name}-` } : { name: extra.name }),
      labels: { ...recordOf(labels), ...extra.labels },
      annotations: allAnnotations,
      ...(extra.finalizers === undefined ? {} : { finalizers: extra.finalizers }),
      ownerReferences: [
        {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...recordOf(spec), ...extra.spec },
  };
}
