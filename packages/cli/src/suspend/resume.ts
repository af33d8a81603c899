import { findCondition, type KubeObject } from '@sluice/api';
import { waitForObject, type Resource } from '@sluice/kube';
import { connectCluster, resourceOf, type Cluster } from '../cluster.ts';
import type { Command } from '../command.ts';
import { conditionsOf } from '../get/rows.ts';
import { action, failure, success, waiting, type Io } from '../io.ts';
import type { KindInfo } from '../kinds.ts';
import { hasFailed, readinessOf, readyMessage } from '../readiness.ts';
import { namesOf, requireNames, setSuspend } from './names.ts';

export function resumeCommand(info: KindInfo): Command {
  const { kind } = info.gvk;
  return {
    summary: `Go on reconciling suspended ${kind} objects. One that is named alone is waited for.`,
    args: '<name>...',
    examples: [
      `sluice resume ${info.path} app`,
      `sluice resume ${info.path} a b --wait`,
      `sluice resume ${info.path} --all`,
    ],
    flags: {
      all: { type: 'boolean', help: 'every object of the kind in the namespace' },
      wait: { type: 'boolean', help: 'wait until all are reconciled' },
    },
    async run(args, flags, io) {
      requireNames(info, args, flags);
      await using cluster = await connectCluster(flags, io);
      const resource = await resourceOf(cluster, info);
      const names = await namesOf(cluster, resource, args);
      const resumed: string[] = [];
      for (const name of names) {
        action(io, `resuming ${info.human} ${name} in ${cluster.namespace} namespace`);
        if (await setSuspend(cluster, resource, { namespace: cluster.namespace, name }, false)) {
          success(io, `${info.human} resumed`);
          resumed.push(name);
        } else {
          failure(io, `${kind} object '${name}' not found in ${cluster.namespace} namespace`);
        }
      }
      if (flags['wait'] === true || args.length === 1) await waitForAll(cluster, resource, info, resumed, io);
      return resumed.length === names.length ? 0 : 1;
    },
  };
}

/** @throws Error that counts the failures */
async function waitForAll(
  cluster: Cluster,
  resource: Resource,
  info: KindInfo,
  names: readonly string[],
  io: Io,
): Promise<void> {
  const { kind } = info.gvk;
  for (const _ of names) waiting(io, `waiting for ${kind} reconciliation`);
  const results = await Promise.allSettled(
    names.map((name) =>
      waitForObject(cluster.kube, resource, { namespace: cluster.namespace, name }, isSettled, cluster.signal),
    ),
  );
  let failures = 0;
  for (const [index, name] of names.entries()) {
    const result = results[index]!;
    const object = result.status === 'fulfilled' ? result.value : undefined;
    if (object !== undefined && readinessOf(object) === 'current') {
      success(io, `${kind} ${name} reconciliation completed`);
      success(io, info.doneMessage(object));
      continue;
    }
    failures++;
    const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
    const why =
      object !== undefined ? readyMessage(object) : reason instanceof Error ? reason.message : 'it was deleted';
    failure(io, `${kind} ${name} reconciliation failed: ${why}`);
  }
  if (failures > 0) throw new Error(`reconciliation failed for ${failures} ${kind}(s)`);
}

/** Does Ready tell of the generation that resuming made? */
function isSettled(object: KubeObject | undefined): boolean {
  if (object === undefined) return true;
  const ready = findCondition(conditionsOf(object), 'Ready');
  const ofThisGeneration =
    ready !== undefined && (ready.observedGeneration ?? object.metadata.generation) === object.metadata.generation;
  if (!ofThisGeneration) return false;
  const state = readinessOf(object);
  return state === 'current' || state === 'failed' || hasFailed(object);
}
