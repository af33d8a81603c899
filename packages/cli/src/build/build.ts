import { resolve } from 'node:path';
import { openDiskTree } from '@sluice/disk-tree';
import { buildWithRemotes, tryParseRepoUrl, type FileTree, type RemoteFetcher } from '@sluice/kustomize';
import { textFlag, UsageError, type Command, type Flags, type FlagValues } from '../command.ts';
import { warning, type Io } from '../io.ts';
import { createFetcher } from './fetcher.ts';
import { writeResult } from './output.ts';

const restrictions = { LoadRestrictionsNone: 'none', LoadRestrictionsRootOnly: 'rootOnly' } as const;
const orders = ['legacy', 'none'] as const;

/** Flags that kustomize takes for what runs other programs. They are accepted, and said to do nothing. */
const pluginFlags: Flags = {
  'enable-helm': { type: 'boolean', help: 'accepted; Helm charts are not inflated' },
  'helm-command': { type: 'string', value: 'PATH', help: 'accepted without effect' },
  'helm-api-versions': { type: 'string', multiple: true, value: 'VERSION', help: 'accepted without effect' },
  'helm-kube-version': { type: 'string', value: 'VERSION', help: 'accepted without effect' },
  'helm-debug': { type: 'boolean', help: 'accepted without effect' },
  'enable-alpha-plugins': { type: 'boolean', help: 'accepted; only built-in plug-ins run' },
  'enable-exec': { type: 'boolean', help: 'accepted; no programs are run' },
  network: { type: 'boolean', help: 'accepted without effect' },
  'network-name': { type: 'string', value: 'NAME', help: 'accepted without effect' },
  mount: { type: 'string', multiple: true, value: 'OPTIONS', help: 'accepted without effect' },
  env: { type: 'string', short: 'e', multiple: true, value: 'NAME=VALUE', help: 'accepted without effect' },
  'as-current-user': { type: 'boolean', help: 'accepted without effect' },
};

const unsupported: Readonly<Record<string, string>> = {
  'enable-helm': 'Helm charts are not inflated: run helm template, and list what it prints under resources',
  'enable-alpha-plugins': 'of the plug-ins only the built-in ones run, and they need no flag',
  'enable-exec': 'no programs are run while building: run them before, and list what they print under resources',
};

export const buildCommand: Command = {
  summary: 'Build a kustomization: prints, byte for byte, what kustomize build prints.',
  args: '[DIR]',
  examples: [
    'sluice build                              # the current folder',
    'sluice build apps/shop/overlays/staging',
    'sluice build overlays/staging -o out/     # a file for each object',
    'sluice build "https://github.com/org/repo//overlays/staging?ref=v1.2.0"',
  ],
  offline: true,
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE|DIR',
      help: 'write a file, or into a folder that exists a file for each object',
    },
    'load-restrictor': {
      type: 'string',
      value: 'NAME',
      help: 'LoadRestrictionsRootOnly (default), or LoadRestrictionsNone to read files outside of their root',
    },
    reorder: { type: 'string', value: 'ORDER', help: 'deprecated: legacy (default) or none; sortOptions wins' },
    'enable-managedby-label': { type: 'boolean', help: 'deprecated: add app.kubernetes.io/managed-by' },
    'no-remote': { type: 'boolean', help: 'fetch nothing: remote bases and files are errors' },
    ...pluginFlags,
  },
  async run(args, flags, io) {
    if (args.length > 1) throw new UsageError('specify one path to kustomization.yaml');
    const loadRestriction = restrictionOf(flags);
    const reorder = orderOf(flags);
    sayUnsupported(flags, io);
    const fetcher = createFetcher({ isAllowed: flags['no-remote'] !== true, signal: io.signal });
    const { tree, path } = await openEntry(args[0] ?? '.', fetcher);
    const addManagedByLabel =
      flags['enable-managedby-label'] === true || io.env['KUSTOMIZE_ENABLE_MANAGEDBY_LABEL'] === 'on';
    const result = await buildWithRemotes(tree, path, { fetcher, loadRestriction, reorder, addManagedByLabel });
    for (const text of result.warnings) io.err(`${text}\n`);
    const output = textFlag(flags, 'output') ?? '';
    if (output === '') io.out(result.toYaml());
    else writeResult(result, resolve(output));
    return 0;
  },
};

/** A repository's URL is an entry too. Otherwise a path keeps the restriction to its own root. */
async function openEntry(target: string, fetcher: RemoteFetcher): Promise<{ tree: FileTree; path: string }> {
  const repo = tryParseRepoUrl(target);
  if (repo === undefined) return { tree: openDiskTree(), path: resolve(target) };
  return { tree: await fetcher.repository(repo), path: `/${repo.path}` };
}

function restrictionOf(flags: FlagValues): 'none' | 'rootOnly' {
  const name = textFlag(flags, 'load-restrictor') || 'LoadRestrictionsRootOnly';
  if (name === 'LoadRestrictionsNone' || name === 'LoadRestrictionsRootOnly') return restrictions[name];
  throw illegalValue('load-restrictor', name, ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone']);
}

function orderOf(flags: FlagValues): 'legacy' | 'none' {
  const name = textFlag(flags, 'reorder') ?? 'legacy';
  const known = orders.find((order) => order === name);
  if (known === undefined) throw illegalValue('reorder', name, orders);
  return known;
}

function illegalValue(flag: string, value: string, legal: readonly string[]): UsageError {
  return new UsageError(`illegal flag value --${flag} ${value}; legal values: [${legal.join(' ')}]`);
}

function sayUnsupported(flags: FlagValues, io: Io): void {
  if (flags['reorder'] !== undefined) {
    io.err("Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n");
  }
  if (flags['enable-managedby-label'] === true) {
    io.err(
      'Flag --enable-managedby-label has been deprecated, The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.\n',
    );
  }
  for (const [flag, why] of Object.entries(unsupported)) {
    if (flags[flag] === true) warning(io, `--${flag} has no effect: ${why}`);
  }
}
