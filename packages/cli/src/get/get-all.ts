import { connectCluster } from '../cluster.ts';
import { UsageError, type Command } from '../command.ts';
import { failure } from '../io.ts';
import type { KindInfo } from '../kinds.ts';
import { formatTable } from '../table.ts';
import { getCommand, listObjects, outputFormat, queryOf } from './get.ts';
import { formatObjects } from './output.ts';
import { headerOf, rowOf } from './rows.ts';

/** A table for each kind that has objects. A kind that the cluster does not know, or that fails, does not stop the others. */
export function getAllCommand(infos: readonly KindInfo[], words: string): Command {
  return {
    summary: `Show all ${words === 'all' ? 'objects' : 'sources'} and their state.`,
    examples: [`sluice get ${words}`, `sluice get ${words} -A --status-selector ready=false`],
    flags: getCommand(infos[0]!, words).flags ?? {},
    async run(args, values, io) {
      if (args.length > 0) throw new UsageError(`unknown command "${args[0]}" for "sluice get ${words}"`);
      if (values['watch'] === true) throw new UsageError('expected a single resource type, but found all');
      const format = outputFormat(values);
      await using cluster = await connectCluster(values, io);
      const query = queryOf(values, cluster);
      const options = {
        allNamespaces: values['all-namespaces'] === true,
        showSource: format === 'wide',
        withKind: true,
      };
      for (const info of infos) {
        const resource = await cluster.kube.resource(info.gvk, cluster.signal);
        if (resource === undefined) continue;
        try {
          const shown = (await listObjects(cluster, info, query)).filter(query.matches);
          if (shown.length === 0) continue;
          const rows = shown.map((object) => rowOf(info, object, options));
          const header = values['no-header'] === true ? [] : headerOf(info, options);
          const table = format === undefined || format === 'wide';
          io.out(table ? `${formatTable(header, rows)}\n` : formatObjects(format, info, shown, false));
        } catch (error) {
          cluster.signal.throwIfAborted();
          failure(io, error instanceof Error ? error.message : String(error));
        }
      }
      return 0;
    },
  };
}
