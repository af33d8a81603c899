import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { kustomizationGvk, type Kustomization } from '@sluice/api';
import { kustomizationFileNames, type RemoteFetcher } from '@sluice/kustomize';
import { stringify, type DataObject } from '@sluice/manifest';
import { selectKeys } from '@sluice/source-ignore';
import { connectCluster, type Cluster } from '../cluster.ts';
import { textFlag, UsageError, type Command, type FlagValues } from '../command.ts';
import { action, type Io } from '../io.ts';
import { createFetcher } from './fetcher.ts';
import { anchorOf, fromFile, fromRepository } from './find-kustomization.ts';
import { allKustomizations, specPath, tryKustomization, type Written } from './flux-kustomizations.ts';
import { localConfigs } from './local-configs.ts';
import { renderObjects } from './render.ts';
import { pathIn, readSourceFolder, rootOf, type SourceFolder } from './source-folder.ts';
import { readVariables, type ConfigLookup } from './variables.ts';

export const buildKustomizationCommand: Command = {
  summary: 'Render what the controller would apply for a Kustomization, from a folder on this machine.',
  args: '<name>',
  examples: [
    'sluice build kustomization apps --path ./apps/production',
    'sluice build ks apps --path ./apps/production --kustomization-file clusters/production/apps.yaml --dry-run',
    'sluice build ks apps --path ./apps -r --local-sources GitRepository/flux-system/fleet=.',
  ],
  flags: {
    path: { type: 'string', value: 'DIR', help: 'folder that stands for spec.path (required)' },
    'kustomization-file': {
      type: 'string',
      value: 'FILE',
      help: 'file with the Kustomization; by default it is looked for in the repository around --path, then in the cluster',
    },
    'dry-run': { type: 'boolean', help: 'ask no cluster: substituteFrom is left out; needs --kustomization-file' },
    'strict-substitute': { type: 'boolean', help: 'a variable without value and default is an error' },
    recursive: { type: 'boolean', short: 'r', help: 'render the Kustomizations that are rendered too' },
    'local-sources': {
      type: 'string',
      multiple: true,
      value: 'KIND/NAMESPACE/NAME=DIR',
      help: 'folders of the sources of those Kustomizations, separated by commas',
    },
    'ignore-paths': {
      type: 'string',
      multiple: true,
      value: 'PATTERN',
      help: 'what to leave out, as in .gitignore, when a kustomization.yaml is made up',
    },
    'in-memory-build': { type: 'boolean', help: 'always so: nothing is written' },
  },
  async run([name, ...more], flags, io) {
    if (name === undefined) throw new UsageError('kustomization name is required');
    if (more.length > 0) throw new UsageError(`unknown argument "${more[0]}"`);
    if (flags['dry-run'] === true && flags['kustomization-file'] === undefined) {
      throw new UsageError('dry-run mode requires a kustomization file');
    }
    await using asker = clusterAsker(flags, io);
    const folder = folderOf(textFlag(flags, 'path') ?? '');
    const source = openSource(folder, listOf(flags, 'ignore-paths'));
    const entry = await findEntry(name, { source, folder, flags, io, asker });
    const fetcher = createFetcher({ isAllowed: true, signal: io.signal });
    const objects = await renderAll(entry, { flags, fetcher, root: entry, rendered: new Set() });
    io.out(objects.map((object) => `${stringify(object)}---\n`).join(''));
    return 0;
  },
};

/** A Kustomization to render, and where what it needs is found. */
interface Entry {
  readonly object: Kustomization;
  readonly namespace: string;
  readonly source: SourceFolder;
  readonly path: string;
  readonly lookup: ConfigLookup | undefined;
}

interface Finding {
  readonly source: SourceFolder;
  readonly folder: string;
  readonly flags: FlagValues;
  readonly io: Io;
  readonly asker: ClusterAsker;
}

async function findEntry(name: string, { source, folder, flags, io, asker }: Finding): Promise<Entry> {
  const file = textFlag(flags, 'kustomization-file');
  const path = pathIn(source.root, folder);
  const given = textFlag(flags, 'namespace');
  const defaultNamespace = given ?? 'flux-system';
  const entryOf = (object: Kustomization, lookup: ConfigLookup | undefined): Entry => {
    return { object, namespace: object.metadata.namespace ?? defaultNamespace, source, path, lookup };
  };
  if (file !== undefined) {
    const lookup = flags['dry-run'] === true ? undefined : asker.lookup;
    return entryOf(fromFile(file, name, defaultNamespace).object, lookup);
  }
  const all = allKustomizations(source.files);
  const written = fromRepository(all, { name, namespace: given, path });
  if (written === undefined) {
    action(io, `no file below ${source.root} has the Kustomization ${name}: asking the cluster`);
    return entryOf(await asker.kustomization(name), asker.lookup);
  }
  action(io, `rendering the Kustomization ${name} of ${written.file}`);
  return entryOf(written.object, lookupIn({ source, all, written, path, defaultNamespace, io }));
}

function lookupIn({
  written,
  path,
  io,
  ...rest
}: {
  source: SourceFolder;
  all: readonly Written[];
  written: Written;
  path: string;
  defaultNamespace: string;
  io: Io;
}): ConfigLookup {
  const anchor = anchorOf(path, specPath(written.object)) ?? '';
  return localConfigs({ ...rest, of: written, anchor, found: (text) => action(io, `taking the ${text}`) });
}

interface Recursion {
  readonly flags: FlagValues;
  readonly fetcher: RemoteFetcher;
  readonly root: Entry;
  /** `namespace/name` of what was rendered: each is rendered once. */
  readonly rendered: Set<string>;
}

/** The objects of a Kustomization and, with `--recursive`, behind them those of the Kustomizations among them. */
async function renderAll(entry: Entry, recursion: Recursion): Promise<DataObject[]> {
  const { object, namespace, lookup } = entry;
  recursion.rendered.add(`${namespace}/${object.metadata.name}`);
  const variables = await readVariables(object, namespace, lookup);
  const isStrict = recursion.flags['strict-substitute'] === true;
  const objects = await renderObjects({ ...entry, variables, isStrict, fetcher: recursion.fetcher });
  if (recursion.flags['recursive'] !== true) return objects;
  const all = [...objects];
  for (const child of objects.flatMap((object) => tryKustomization(object) ?? [])) {
    const childNamespace = child.metadata.namespace ?? namespace;
    if (recursion.rendered.has(`${childNamespace}/${child.metadata.name}`)) continue;
    const source = localSource(child, childNamespace, recursion.flags);
    const next = { object: child, namespace: childNamespace, source, path: specPath(child), lookup };
    all.push(...(await renderAll(next, recursion)));
  }
  return all;
}

function localSource({ metadata, spec }: Kustomization, namespace: string, flags: FlagValues): SourceFolder {
  const { kind, name, namespace: sourceNamespace = namespace } = spec.sourceRef;
  const id = `${kind}/${sourceNamespace}/${name}`;
  const pair = listOf(flags, 'local-sources').find((text) => text.startsWith(`${id}=`));
  if (pair === undefined) throw new Error(`cannot get local path for ${id} of kustomization ${metadata.name}`);
  return readSourceFolder(folderOf(pair.slice(id.length + 1)));
}

function folderOf(path: string): string {
  if (path === '' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`invalid resource path "${path}"`);
  }
  return resolve(path);
}

function openSource(folder: string, ignored: readonly string[]): SourceFolder {
  const root = rootOf(folder);
  if (ignored.length === 0) return readSourceFolder(root);
  const prefix = pathIn(root, folder);
  const inFolder = (path: string) => prefix === '' || path.startsWith(`${prefix}/`);
  const spec = ignored.join('\n');
  const isLeftOut = (path: string) =>
    inFolder(path) && selectKeys([path.slice(prefix === '' ? 0 : prefix.length + 1)], { spec }).length === 0;
  const hasFile = kustomizationFileNames.some((name) => statSync(`${folder}/${name}`, { throwIfNoEntry: false }));
  return readSourceFolder(root, hasFile ? undefined : isLeftOut);
}

function listOf(flags: FlagValues, name: string): string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.flatMap((text) => text.split(',')).filter((text) => text !== '') : [];
}

/** Connects when it is first asked. */
interface ClusterAsker extends AsyncDisposable {
  readonly lookup: ConfigLookup;
  kustomization(name: string): Promise<Kustomization>;
}

function clusterAsker(flags: FlagValues, io: Io): ClusterAsker {
  let connecting: Promise<Cluster> | undefined;
  const connect = () => (connecting ??= connectCluster(flags, io));
  return {
    async lookup({ kind, name }, namespace) {
      const { kube, signal } = await connect();
      const resource = await kube.resource({ group: '', version: 'v1', kind }, signal);
      return resource === undefined ? undefined : await kube.get(resource, { namespace, name }, { signal });
    },
    async kustomization(name) {
      const { kube, signal, namespace } = await connect();
      const resource = await kube.resource(kustomizationGvk, signal);
      const found = resource && (await kube.get<Kustomization>(resource, { namespace, name }, { signal }));
      if (found !== undefined) return found;
      throw new Error(
        `failed to get kustomization object: ${kustomizationGvk.kind.toLowerCase()}s.${kustomizationGvk.group} "${name}" not found`,
      );
    },
    async [Symbol.asyncDispose]() {
      await (await connecting?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
