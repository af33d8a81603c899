import type { KubeObject } from '@sluice/api';
import { systemContext } from '../bootstrap.ts';
import type { Core } from '../core.ts';
import { customResources, readDefinition } from '../custom/definition.ts';
import { deepCopy, isRecord, jsonEqual, listOf, recordOf, type JsonRecord } from '../json.ts';
import { timestamp } from '../operations/time.ts';
import { updateObject } from '../operations/update.ts';
import type { Draft } from '../registry/resource.ts';

const storageKey = 'apiextensions.k8s.io/customresourcedefinitions';

/**
 * Establishes CRDs and serves their resources.
 * @param changed called with the storage key of resources whose definition changed: their watches must end
 * @returns stops it
 */
export function runCrdController(core: Core, changed: (storageKey: string) => void): () => void {
  const pending = new Set<string>();
  const served = new Map<string, string>();
  let scheduled: NodeJS.Immediate | undefined;
  const sync = () => {
    scheduled = undefined;
    for (const name of pending) syncDefinition(core, name, served, changed);
    pending.clear();
  };
  const stop = core.store.listen((key, event) => {
    if (key !== storageKey) return;
    pending.add(event.object.metadata.name);
    scheduled ??= setImmediate(sync);
  });
  return () => {
    stop();
    clearImmediate(scheduled);
  };
}

/** @param served what the registry has, by CRD: uid, generation and whether it is being deleted */
function syncDefinition(
  core: Core,
  name: string,
  served: Map<string, string>,
  changed: (storageKey: string) => void,
): void {
  const crd = core.store.collection(storageKey).get(`/${name}`);
  if (crd === undefined) {
    served.delete(name);
    core.registry.setCustom(name, []);
    return;
  }
  const established = establish(core, crd);
  const { uid, generation, deletionTimestamp } = established.metadata;
  const state = `${uid}/${generation}/${deletionTimestamp}`;
  if (served.get(name) === state) return;
  served.set(name, state);
  core.registry.setCustom(name, customResources(readDefinition(established)));
  changed(`${recordOf(crd.spec).group as string}/${recordOf(recordOf(crd.spec).names).plural as string}`);
}

/** Sets the conditions of a CRD whose names are free. */
function establish(core: Core, crd: KubeObject): KubeObject {
  const status = recordOf(crd.status);
  const conditions = listOf(status.conditions).filter(isRecord);
  const now = timestamp(core.now());
  const next = [
    condition(
      conditions,
      { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
      now,
    ),
    condition(
      conditions,
      {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      },
      now,
    ),
  ];
  const draft = deepCopy(crd) as unknown as Draft;
  draft.status = { ...status, conditions: next, acceptedNames: recordOf(crd.spec).names };
  if (jsonEqual(draft.status, crd.status)) return crd;
  const resource = core.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
  if (resource === undefined) return crd;
  const context = systemContext(core, 'kube-apiserver', 'status');
  return updateObject(core, resource, { old: crd, draft, tracked: false, isPatch: true }, context);
}

function condition(old: readonly Readonly<JsonRecord>[], next: JsonRecord, now: string): JsonRecord {
  const before = old.find((candidate) => candidate.type === next.type);
  const lastTransitionTime = before?.status === next.status ? before?.lastTransitionTime : now;
  return { ...next, lastTransitionTime };
}
