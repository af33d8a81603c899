import type { KubeObject } from '@sluice/api';
import { at, isRecord, listOf, numberOf, recordOf, stringOf } from '../../json.ts';
import type { Column } from '../../registry/resource.ts';
import { formatAge, formatDuration } from '../age.ts';
import { ageColumn, column, nameColumn, numberAt, selectorText, templateColumns, textAt, wide } from './build.ts';

const ready = (desired: (object: KubeObject) => number): Column =>
  column('Ready', (object) => `${numberOf(at(object, 'status', 'readyReplicas'))}/${desired(object)}`);
const specReplicas = (object: KubeObject) => numberOf(at(object, 'spec', 'replicas'));
const replicaColumns = [
  nameColumn,
  column('Desired', numberAt('spec.replicas'), 'integer'),
  column('Current', numberAt('status.replicas'), 'integer'),
  column('Ready', numberAt('status.readyReplicas'), 'integer'),
  ageColumn,
  ...templateColumns(),
];

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  '/pods': [
    nameColumn,
    column('Ready', (pod) => {
      const statuses = containerStatuses(pod);
      return `${statuses.filter((status) => status.ready === true).length}/${listOf(at(pod, 'spec', 'containers')).length}`;
    }),
    column('Status', podStatus),
    column('Restarts', podRestarts),
    ageColumn,
    wide('IP', textAt('status.podIP', '<none>')),
    wide('Node', textAt('spec.nodeName', '<none>')),
    wide('Nominated Node', textAt('status.nominatedNodeName', '<none>')),
    wide('Readiness Gates', readinessGates),
  ],
  '/podtemplates': [
    nameColumn,
    ...templateColumns('template', '').map((c) => ({ ...c, priority: 0 })),
    column('Pod Labels', (object) => selectorText(at(object, 'template', 'metadata', 'labels'))),
  ],
  '/replicationcontrollers': replicaColumns,
  'apps/replicasets': replicaColumns,
  'apps/deployments': [
    nameColumn,
    ready(specReplicas),
    column('Up-to-date', numberAt('status.updatedReplicas'), 'integer'),
    column('Available', numberAt('status.availableReplicas'), 'integer'),
    ageColumn,
    ...templateColumns(),
  ],
  'apps/statefulsets': [nameColumn, ready(specReplicas), ageColumn, ...templateColumns('spec.template', '')],
  'apps/daemonsets': [
    nameColumn,
    column('Desired', numberAt('status.desiredNumberScheduled'), 'integer'),
    column('Current', numberAt('status.currentNumberScheduled'), 'integer'),
    column('Ready', numberAt('status.numberReady'), 'integer'),
    column('Up-to-date', numberAt('status.updatedNumberScheduled'), 'integer'),
    column('Available', numberAt('status.numberAvailable'), 'integer'),
    column('Node Selector', (object) => selectorText(at(object, 'spec', 'template', 'spec', 'nodeSelector'))),
    ageColumn,
    ...templateColumns(),
  ],
  'apps/controllerrevisions': [
    nameColumn,
    column('Controller', (object) => {
      const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
      return owner === undefined ? '<none>' : `${kindName(owner.apiVersion, owner.kind)}/${owner.name}`;
    }),
    column('Revision', numberAt('revision'), 'integer'),
    ageColumn,
  ],
  'batch/jobs': [
    nameColumn,
    column('Status', jobStatus),
    column('Completions', (job) => {
      const { completions, parallelism } = recordOf(job.spec);
      const succeeded = numberOf(at(job, 'status', 'succeeded'));
      if (typeof completions === 'number') return `${succeeded}/${completions}`;
      return numberOf(parallelism) > 1 ? `${succeeded}/1 of ${numberOf(parallelism)}` : `${succeeded}/1`;
    }),
    column('Duration', jobDuration),
    ageColumn,
    ...templateColumns(),
  ],
  'batch/cronjobs': [
    nameColumn,
    column('Schedule', textAt('spec.schedule')),
    column('Timezone', textAt('spec.timeZone', '<none>')),
    column('Suspend', (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False')),
    column('Active', (object) => listOf(at(object, 'status', 'active')).length, 'integer'),
    column('Last Schedule', (object, now) => {
      const time = at(object, 'status', 'lastScheduleTime');
      return time === undefined ? '<none>' : formatAge(time, now);
    }),
    ageColumn,
    ...templateColumns('spec.jobTemplate.spec.template', ''),
    wide('Selector', (object) => selectorText(at(object, 'spec', 'jobTemplate', 'spec', 'selector'))),
  ],
};

/** `statefulset.apps` */
function kindName(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind.toLowerCase() : `${kind.toLowerCase()}.${apiVersion.slice(0, slash)}`;
}

function containerStatuses(pod: KubeObject): readonly Readonly<Record<string, unknown>>[] {
  return listOf(at(pod, 'status', 'containerStatuses')).map(recordOf);
}

/** What a pod is doing, in one word: the reason of a container that waits or ended, else its phase. */
function podStatus(pod: KubeObject): string {
  const status = recordOf(pod.status);
  let text = stringOf(status.reason) || stringOf(status.phase);
  for (const container of containerStatuses(pod)) {
    const waiting = at(container, 'state', 'waiting', 'reason');
    const terminated = recordOf(at(container, 'state', 'terminated'));
    if (typeof waiting === 'string') text = waiting;
    else if (typeof terminated.reason === 'string') text = terminated.reason;
    else if (terminated.exitCode !== undefined) text = `ExitCode:${numberOf(terminated.exitCode)}`;
  }
  return pod.metadata.deletionTimestamp === undefined ? text : 'Terminating';
}

function podRestarts(pod: KubeObject): string {
  return String(containerStatuses(pod).reduce((sum, container) => sum + numberOf(container.restartCount), 0));
}

function readinessGates(pod: KubeObject): string {
  const gates = listOf(at(pod, 'spec', 'readinessGates')).map((gate) => recordOf(gate).conditionType);
  if (gates.length === 0) return '<none>';
  const conditions = listOf(at(pod, 'status', 'conditions')).map(recordOf);
  const isTrue = (type: unknown) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  return `${gates.filter(isTrue).length}/${gates.length}`;
}

function jobStatus(job: KubeObject): string {
  const conditions = listOf(at(job, 'status', 'conditions')).map(recordOf);
  const has = (type: string) => conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  return has('FailureTarget') ? 'FailureTarget' : has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function jobDuration(job: KubeObject, now: Date): string {
  const status = isRecord(job.status) ? job.status : {};
  const start = Date.parse(stringOf(status.startTime));
  if (Number.isNaN(start)) return '';
  const end = Date.parse(stringOf(status.completionTime));
  return formatDuration((Number.isNaN(end) ? now.getTime() : end) - start);
}
