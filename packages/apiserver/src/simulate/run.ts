import { SystemClient } from '../controllers/system-client.ts';
import type { Core } from '../core.ts';
import { timestamp } from '../operations/time.ts';
import { claimSimulation, volumeSimulation } from './claims.ts';
import { runSimulatedKind, type Simulation } from './controller.ts';
import { daemonSetSimulation } from './daemon-sets.ts';
import { deploymentSimulation } from './deployments.ts';
import { jobSimulation } from './jobs.ts';
import { apiServiceSimulation, autoscalerSimulation, disruptionBudgetSimulation } from './misc.ts';
import { ingressSimulation, serviceSimulation } from './networking.ts';
import { settingsOf, type SimulateOptions } from './options.ts';
import { podSimulation } from './pods.ts';
import { replicaSetSimulation, replicationControllerSimulation } from './replica-sets.ts';
import { statefulSetSimulation } from './stateful-sets.ts';

const kinds = [
  deploymentSimulation,
  replicaSetSimulation,
  replicationControllerSimulation,
  statefulSetSimulation,
  daemonSetSimulation,
  jobSimulation,
  podSimulation,
  claimSimulation,
  volumeSimulation,
  serviceSimulation,
  ingressSimulation,
  autoscalerSimulation,
  disruptionBudgetSimulation,
  apiServiceSimulation,
];

/** Plays the cluster behind the API: workload controllers, scheduler and kubelets. @returns stops it */
export function runSimulation(core: Core, options: SimulateOptions): () => void {
  const simulation: Simulation = {
    controller: new SystemClient(core, 'kube-controller-manager'),
    scheduler: new SystemClient(core, 'kube-scheduler'),
    kubelet: new SystemClient(core, 'kubelet'),
    settings: settingsOf(options),
  };
  createNodes(simulation);
  createStorageClass(simulation);
  const stops = kinds.map((kind) => runSimulatedKind(simulation, kind));
  return () => {
    for (const stop of stops) stop();
  };
}

function createNodes({ kubelet, settings }: Simulation): void {
  const resources = { cpu: '64', memory: '256Gi', pods: '1000', 'ephemeral-storage': '1Ti' };
  for (const name of settings.nodeNames) {
    if (kubelet.get('/nodes', '', name) !== undefined) continue;
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
    };
    const node = kubelet.create('/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const time = timestamp(kubelet.core.now());
    kubelet.changeStatus('/nodes', node, {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          lastHeartbeatTime: time,
          lastTransitionTime: time,
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
        },
      ],
      nodeInfo: {
        architecture: labels['kubernetes.io/arch'],
        bootID: '',
        containerRuntimeVersion: 'simulated://1',
        kernelVersion: 'simulated',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.36.0+sluice',
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'simulated',
        systemUUID: '',
      },
    });
  }
}

function createStorageClass({ controller }: Simulation): void {
  if (controller.get('storage.k8s.io/storageclasses', '', 'standard') !== undefined) return;
  controller.create('storage.k8s.io/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'sluice.local/hostpath',
  });
}
