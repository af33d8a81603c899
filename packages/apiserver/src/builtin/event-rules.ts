import { apiVersionOf, type KubeObject } from '@sluice/api';
import { immutable, invalidValue, required, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, numberOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import type { KindRules } from './strategy.ts';

const reference = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const coreVersion = 'v1';
const eventsVersion = apiVersionOf({ group: 'events.k8s.io', version: 'v1' });

/** How a field is called in core/v1, and in events.k8s.io/v1. Events are stored in the former. */
const names: readonly (readonly [core: string, events: string])[] = [
  ['message', 'note'],
  ['involvedObject', 'regarding'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

export const eventRules: KindRules = {
  createsOnUpdate: true,
  selectableFields: [
    ...reference.map((key) => `involvedObject.${key}`),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  validate: (object) => (isNewStyle(object) ? validateNewStyle(object) : validateNamespace(object)),
};

export const eventsV1Rules: KindRules = {
  createsOnUpdate: true,
  selectableFields: [...reference.map((key) => `regarding.${key}`), 'reason', 'reportingController', 'type'],
  toStored: (object) => rename(object, 1, 0, coreVersion),
  // Stored events are complete; the other names give a complete event of the other group.
  fromStored: (stored) => rename(stored as unknown as Draft, 0, 1, eventsVersion) as unknown as KubeObject,
  validate: (object) =>
    validateNewStyle(rename(object as unknown as Draft, 1, 0, coreVersion) as unknown as KubeObject),
  validateUpdate: (object, old) => {
    const series = { series: 0, metadata: 0 };
    if (jsonEqual({ ...object, ...series }, { ...old, ...series })) return [];
    return names
      .filter(([, key]) => !jsonEqual(object[key], old[key]))
      .map(([core, key]) => immutable(core, object[key] ?? null));
  },
};

function rename(object: Draft, from: 0 | 1, to: 0 | 1, apiVersion: string): Draft {
  const result: JsonRecord = { ...object, apiVersion };
  for (const pair of names) delete result[pair[from]];
  for (const pair of names) if (object[pair[from]] !== undefined) result[pair[to]] = object[pair[from]];
  if (to === 1) completeNewStyle(result);
  return result as Draft;
}

/** The parts that are written even when empty differ between the two. */
function completeNewStyle(event: JsonRecord): void {
  for (const key of ['regarding', 'deprecatedSource']) if (!isRecord(event[key])) delete event[key];
  for (const key of ['reportingController', 'reportingInstance']) if (event[key] === '') delete event[key];
}

function isNewStyle(object: KubeObject): boolean {
  return object.eventTime !== undefined && object.eventTime !== null;
}

function validateNamespace(object: KubeObject): FieldError[] {
  const involved = stringOf(recordOf(object.involvedObject).namespace);
  const { namespace = '' } = object.metadata;
  const fits = involved === '' ? namespace === 'default' || namespace === 'kube-system' : involved === namespace;
  return fits ? [] : [invalidValue('involvedObject.namespace', involved, 'does not match event.namespace')];
}

function validateNewStyle(object: KubeObject): FieldError[] {
  const errors = validateNamespace(object);
  if (!isNewStyle(object)) errors.push(required('eventTime'));
  const texts: readonly (readonly [string, string])[] = [
    ['reportingComponent', 'reportingController'],
    ['reportingInstance', 'reportingInstance'],
    ['action', 'action'],
    ['reason', 'reason'],
  ];
  for (const [key, field] of texts) {
    const text = stringOf(object[key]);
    if (text === '') errors.push(required(field));
    else if (text.length > 128) errors.push(invalidValue(field, '', 'can have at most 128 characters'));
  }
  if (stringOf(object.message).length > 1024)
    errors.push(invalidValue('message', '', 'can have at most 1024 characters'));
  if (object.type !== 'Normal' && object.type !== 'Warning') {
    errors.push(invalidValue('type', '', `has invalid value: ${stringOf(object.type)}`));
  }
  if (isRecord(object.series) && numberOf(object.series.count) < 2) {
    errors.push(invalidValue('series.count', '', 'should be at least 2'));
  }
  return errors;
}
