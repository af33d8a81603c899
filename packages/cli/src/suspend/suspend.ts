import { connectCluster, resourceOf } from '../cluster.ts';
import type { Command } from '../command.ts';
import { action, failure, success } from '../io.ts';
import type { KindInfo } from '../kinds.ts';
import { namesOf, requireNames, setSuspend } from './names.ts';

export function suspendCommand(info: KindInfo): Command {
  const { kind } = info.gvk;
  return {
    summary: `Stop reconciling ${kind} objects until they are resumed.`,
    args: '<name>...',
    examples: [`sluice suspend ${info.path} app`, `sluice suspend ${info.path} --all`],
    flags: { all: { type: 'boolean', help: 'every object of the kind in the namespace' } },
    async run(args, flags, io) {
      requireNames(info, args, flags);
      await using cluster = await connectCluster(flags, io);
      const resource = await resourceOf(cluster, info);
      let failed = false;
      for (const name of await namesOf(cluster, resource, args)) {
        action(io, `suspending ${info.human} ${name} in ${cluster.namespace} namespace`);
        try {
          if (await setSuspend(cluster, resource, { namespace: cluster.namespace, name }, true)) {
            success(io, `${info.human} suspended`);
            continue;
          }
          failure(io, `${kind} ${name} not found in ${cluster.namespace} namespace`);
        } catch (error) {
          cluster.signal.throwIfAborted();
          failure(
            io,
            `failed suspending ${kind} ${name} in ${cluster.namespace} namespace: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
        failed = true;
      }
      return failed ? 1 : 0;
    },
  };
}
