import { findCondition, isTrue, requestedAtAnnotation, type KubeObject, type ObjectKey } from '@sluice/api';
import { waitForObject, type Resource } from '@sluice/kube';
import { connectCluster, resourceOf, type Cluster } from '../cluster.ts';
import { UsageError, type Command } from '../command.ts';
import { conditionsOf, isSuspended } from '../get/rows.ts';
import { action, success, waiting, type Io } from '../io.ts';
import { kindInfoOf, textAt, type KindInfo } from '../kinds.ts';
import { hasFailed, readinessOf, readyMessage } from '../readiness.ts';

export function reconcileCommand(info: KindInfo): Command {
  const call = `sluice reconcile ${info.path}`;
  return {
    summary: `Ask for a reconcile of a ${info.gvk.kind} now and wait for its end.`,
    args: '<name>',
    examples: [`${call} app`, ...(info.source === undefined ? [] : [`${call} app --with-source`])],
    flags: {
      ...(info.source !== undefined && {
        'with-source': { type: 'boolean', help: 'reconcile the source first' } as const,
      }),
      'keep-waiting': { type: 'boolean', help: 'go on waiting when a run fails and will be tried again' },
    },
    async run([name], flags, io) {
      if (name === undefined) throw new UsageError(`${info.gvk.kind} name is required`);
      await using cluster = await connectCluster(flags, io);
      const request = { withSource: flags['with-source'] === true, keepWaiting: flags['keep-waiting'] === true };
      await reconcile(cluster, info, { namespace: cluster.namespace, name }, request, io);
      return 0;
    },
  };
}

interface Request {
  readonly withSource: boolean;
  readonly keepWaiting: boolean;
}

/** @throws Error when the object is missing or suspended, or when its reconcile fails */
async function reconcile(cluster: Cluster, info: KindInfo, key: ObjectKey, request: Request, io: Io): Promise<void> {
  const { kind } = info.gvk;
  const resource = await resourceOf(cluster, info);
  const object = await cluster.kube.get<KubeObject>(resource, key, { signal: cluster.signal });
  if (object === undefined) throw new Error(`${resource.plural}.${resource.group} "${key.name}" not found`);
  if (isSuspended(object)) throw new Error('resource is suspended');
  if (request.withSource) await reconcileSource(cluster, info, object, request, io);

  action(io, `annotating ${kind} ${key.name} in ${key.namespace} namespace`);
  const handledBefore = textAt(object, 'status', 'lastHandledReconcileAt');
  await annotate(cluster, resource, key);
  success(io, `${kind} annotated`);
  waiting(io, `waiting for ${kind} reconciliation`);
  const last = await waitForEnd(cluster, resource, key, handledBefore, request, io);
  const ready = findCondition(conditionsOf(last), 'Ready');
  if (ready === undefined) throw new Error("status can't be determined");
  if (ready.status !== 'True') {
    const message = info.source === undefined ? `'${ready.message}'` : ready.message;
    throw new Error(`${kind} reconciliation failed: ${message}`);
  }
  success(io, info.doneMessage(last));
}

async function reconcileSource(
  cluster: Cluster,
  info: KindInfo,
  object: KubeObject,
  request: Request,
  io: Io,
): Promise<void> {
  const source = info.source?.(object);
  if (source === undefined) return;
  const sourceInfo = kindInfoOf(source.kind);
  if (sourceInfo === undefined) throw new Error(`cannot reconcile source of kind ${source.kind}`);
  await reconcile(cluster, sourceInfo, source, { ...request, withSource: false }, io);
}

/** Any new value asks for a reconcile; nanoseconds make it new, also for two requests in one millisecond. */
async function annotate(cluster: Cluster, resource: Resource, key: ObjectKey): Promise<void> {
  const requestedAt = Temporal.Now.instant().toString({ smallestUnit: 'nanosecond' });
  const patch = { metadata: { annotations: { [requestedAtAnnotation]: requestedAt } } };
  await cluster.kube.patch(resource, key, patch, { type: 'merge', signal: cluster.signal });
}

/** Shows the Ready message whenever it changes; ends early when the run that was asked for has failed. */
async function waitForEnd(
  cluster: Cluster,
  resource: Resource,
  key: ObjectKey,
  handledBefore: string,
  request: Request,
  io: Io,
): Promise<KubeObject> {
  let shown = '';
  const done = (object: KubeObject | undefined): boolean => {
    if (object === undefined)
      throw new Error(`${resource.plural}.${resource.group} "${key.name}" was deleted meanwhile`);
    if (textAt(object, 'status', 'lastHandledReconcileAt') === handledBefore) return false;
    const state = readinessOf(object);
    if (state === 'failed' || (hasFailed(object) && !request.keepWaiting)) return true;
    if (state === 'inProgress' && !isTrue(conditionsOf(object), 'Ready')) {
      const message = readyMessage(object);
      if (message !== shown) waiting(io, message);
      shown = message;
    }
    return state === 'current' || state === 'terminating';
  };
  return (await waitForObject(cluster.kube, resource, key, done, cluster.signal))!;
}
