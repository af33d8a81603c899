import type { KubeObject } from '@sluice/api';
import { reflect, type KubeClient, type Resource } from '@sluice/kube';
import { connectCluster, resourceOf, type Cluster } from '../cluster.ts';
import { textFlag, UsageError, type Command, type Flags, type FlagValues } from '../command.ts';
import type { Io } from '../io.ts';
import type { KindInfo } from '../kinds.ts';
import { columnWidths, formatTable } from '../table.ts';
import { formatObjects, outputFormats, type OutputFormat } from './output.ts';
import { headerOf, rowOf, type RowOptions } from './rows.ts';
import { parseStatusSelector } from './status-selector.ts';

const flags: Flags = {
  'all-namespaces': { type: 'boolean', short: 'A', help: 'objects of all namespaces' },
  'label-selector': {
    type: 'string',
    short: 'l',
    value: 'SELECTOR',
    help: 'only objects with these labels: app=web,tier!=cache',
  },
  'status-selector': { type: 'string', value: 'SELECTOR', help: 'only objects with this condition: ready=false' },
  'no-header': { type: 'boolean', help: 'no header line' },
  watch: { type: 'boolean', short: 'w', help: 'go on printing what changes' },
  output: { type: 'string', short: 'o', value: 'FORMAT', help: 'json, yaml, name or wide instead of the table' },
  'show-source': { type: 'boolean', help: 'a column with the source' },
};

/** @param words what is typed after `get`, for the examples */
export function getCommand(info: KindInfo, words: string): Command {
  return {
    summary: `Show ${info.gvk.kind} objects and their state.`,
    args: '[name]',
    examples: [
      `sluice get ${words}`,
      `sluice get ${words} -A --status-selector ready=false`,
      `sluice get ${words} app -o yaml`,
    ],
    flags,
    async run([name], values, io) {
      await using cluster = await connectCluster(values, io);
      const query = { name, ...queryOf(values, cluster) };
      if (values['watch'] === true) return await watchTable(cluster, info, query, values, io);
      const objects = await listObjects(cluster, info, query);
      if (objects.length === 0) throw new Error(noneFound(info, query));
      const shown = objects.filter(query.matches);
      const format = outputFormat(values);
      if (format === undefined || format === 'wide') {
        const rows = shown.map((object) => rowOf(info, object, rowOptions(values, format)));
        io.out(formatTable(values['no-header'] === true ? [] : headerOf(info, rowOptions(values, format)), rows));
      } else {
        io.out(formatObjects(format, info, shown, name !== undefined));
      }
      return 0;
    },
  };
}

export interface Query {
  readonly name?: string | undefined;
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly matches: (object: KubeObject) => boolean;
}

/** @throws UsageError for selectors that cannot be read */
export function queryOf(values: FlagValues, cluster: Cluster): Query {
  const labelSelector = textFlag(values, 'label-selector');
  return {
    namespace: values['all-namespaces'] === true ? '' : cluster.namespace,
    ...(labelSelector !== undefined && { labelSelector }),
    matches: parseStatusSelector(textFlag(values, 'status-selector')),
  };
}

export function listOptions(query: Query) {
  return {
    namespace: query.namespace,
    ...(query.labelSelector !== undefined && { labelSelector: query.labelSelector }),
    ...(query.name !== undefined && { fieldSelector: `metadata.name=${query.name}` }),
  };
}

/** Sorted by namespace and name. @throws Error with the text that users know for a selector the server refuses */
export async function listObjects(cluster: Cluster, info: KindInfo, query: Query): Promise<readonly KubeObject[]> {
  const resource = await resourceOf(cluster, info);
  const list = await listOf(cluster.kube, resource, query, cluster.signal);
  return list.toSorted(
    (a, b) =>
      compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
  );
}

async function listOf(
  kube: KubeClient,
  resource: Resource,
  query: Query,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    return (await kube.list<KubeObject>(resource, { ...listOptions(query), signal })).items;
  } catch (error) {
    if (
      query.labelSelector === undefined ||
      !(error instanceof Error) ||
      !/unable to parse|label selector/i.test(error.message)
    )
      throw error;
    throw new UsageError(`unable to parse label selector: ${error.message}`);
  }
}

function noneFound(info: KindInfo, query: Query): string {
  const where = query.namespace === '' ? 'in any namespace' : `in "${query.namespace}" namespace`;
  if (query.name !== undefined) return `${info.gvk.kind} object '${query.name}' not found ${where}`;
  return `no ${info.gvk.kind} objects found ${where}`;
}

function rowOptions(values: FlagValues, format: OutputFormat | undefined): RowOptions {
  const showSource = values['show-source'] === true || format === 'wide';
  return { allNamespaces: values['all-namespaces'] === true, showSource, withKind: false };
}

export function outputFormat(values: FlagValues): OutputFormat | undefined {
  const format = textFlag(values, 'output');
  if (format === undefined) return undefined;
  const known = outputFormats.find((name) => name === format);
  if (known === undefined) throw new UsageError(`--output must be one of ${outputFormats.join(', ')}, not ${format}`);
  return known;
}

/** A row for each change, in columns that stay where the first rows put them, until interrupted or `--timeout` is over. */
async function watchTable(cluster: Cluster, info: KindInfo, query: Query, values: FlagValues, io: Io): Promise<number> {
  const options = rowOptions(values, outputFormat(values));
  const resource = await resourceOf(cluster, info);
  const signal = cluster.timeoutGiven ? cluster.signal : io.signal;
  let header = values['no-header'] === true ? [] : headerOf(info, options);
  let widths = columnWidths((await listObjects(cluster, info, query)).map((object) => rowOf(info, object, options)));
  const print = (object: KubeObject, deleted: boolean) => {
    if (!query.matches(object)) return;
    const row = rowOf(info, object, options);
    const shown = deleted ? [...row.slice(0, -1), 'deleted'] : row;
    widths = columnWidths([...(header.length > 0 ? [header] : []), shown], widths);
    io.out(formatTable(header, [shown], widths));
    header = [];
  };
  const reflector = reflect(cluster.kube, resource, {
    ...listOptions(query),
    signal,
    onChange: (old, next) => {
      if (next !== undefined) print(next, false);
      else if (old !== undefined) print(old, true);
    },
  });
  await reflector.ended;
  if (io.signal.aborted) return 0;
  throw signal.reason;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
