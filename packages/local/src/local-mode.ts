import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitRepositoryGvk, requestedAtAnnotation, type GitRepository, type KubeObject } from '@sluice/api';
import { startApiServer } from '@sluice/apiserver';
import { connectKube, loadConnection, type KubeClient } from '@sluice/kube';
import { startControllers, type ControllerLog } from '@sluice/single';
import { startGitServer } from '@sluice/git-server';
import { applyCrds, applyManifests, installCrds } from './apply-objects.ts';
import { findManifests, fluxCrds, oneOfEach, type FoundManifest } from './find-manifests.ts';
import { git, GitCommandError } from './git.ts';
import { comparable, objectsForPlainFolder, urlsOfItself } from './own-repository.ts';
import { createFromFolder, openRepository, requireFolder, type Repository } from './repository.ts';
import { createRunDirectory } from './run-directory.ts';
import { watchBranch } from './watch-refs.ts';

/** What to reconcile: the sample fleet, a folder of the user's, or a repository elsewhere. */
export type LocalSource =
  | { readonly type: 'sample'; readonly folder: string }
  | ({ readonly type: 'path'; readonly folder: string } & Choice)
  | ({ readonly type: 'url'; readonly url: string } & Choice);

interface Choice {
  readonly branch?: string | undefined;
  /** Folder in the repository to look for Flux manifests in, when not all are for one cluster. */
  readonly cluster?: string | undefined;
}

export interface LocalMode extends AsyncDisposable {
  readonly kubeconfig: string;
  /** Where the repository can be cloned from and, for the sample, pushed to. */
  readonly cloneUrl: string;
  readonly branch: string;
  /** The objects of the repository that were handed to the cluster. */
  readonly objects: readonly KubeObject[];
  /** Whether a commit of the user arrives; a folder that is no repository is taken once. */
  readonly isFollowed: boolean;
  /** A folder for whoever follows: it goes with the run. */
  readonly scratch: string;
  /** Things the user may want to know, such as that a Kustomization was made up. */
  readonly notices: readonly string[];
}

/** Starts everything in this process: API server, git server, controllers. Disposing stops all and removes its files. */
export async function startLocalMode(source: LocalSource, log: ControllerLog, signal: AbortSignal): Promise<LocalMode> {
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const run = stack.use(await createRunDirectory());
  stack.defer(() => stop.abort(new Error('local mode is stopping')));
  const served = await serveSource(source, run.path, stack);
  const api = stack.use(await startApiServer());
  const kubeconfig = join(run.path, 'kubeconfig');
  await api.writeKubeconfig(kubeconfig);
  const kube = stack.use(await connect(kubeconfig));
  await installCrds(kube, signal);

  const all = await findManifests(await clusterFolder(served, source));
  await applyCrds(kube, fluxCrds(all), signal);
  const { manifests: found, notices: leftOut } = oneOfEach(all);
  const own = urlsOfItself(found, served.knownAs);
  const manifests = found.length > 0 ? found : plainFolder(served);
  const objects = manifests.map((manifest) => manifest.object);
  const notices = [...served.notices, ...leftOut, ...(found.length > 0 ? [] : [plainFolderNotice])];
  const instead = new Map(source.type === 'url' ? [] : own.map((url) => [comparable(url), served.cloneUrl]));
  stack.use(
    await startControllers({
      kube,
      storageDir: join(run.path, 'artifacts'),
      log,
      mirrorOf: (url) => instead.get(comparable(url)),
    }),
  );
  await applyManifests(kube, manifests, signal);
  if (served.gitDir !== undefined) {
    const watching = watchBranch(
      served.gitDir,
      served.branch,
      (commit) => void requestFetch(kube, served.cloneUrl, instead, commit),
      stop.signal,
    );
    stack.defer(() => watching);
  }
  // Watches end before what they watch is closed.
  stack.defer(() => stop.abort(new Error('local mode is stopping')));
  const scratch = join(run.path, 'clone');
  await mkdir(scratch);
  const owned = stack.move();
  return {
    kubeconfig,
    cloneUrl: served.cloneUrl,
    branch: served.branch,
    isFollowed: !served.isSnapshot,
    objects,
    scratch,
    notices,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const snapshotNotice = 'this folder is not a repository of its own: its files are taken as they are now';
const plainFolderNotice =
  'no GitRepository or Kustomization was found: made one of each, named local, that apply the whole repository';

interface Served {
  readonly cloneUrl: string;
  readonly branch: string;
  readonly knownAs: readonly string[];
  /** Where to look for manifests. */
  readonly folder: string;
  /** Repository on this disk whose branch is watched. */
  readonly gitDir?: string;
  /** Copied from a folder that is no repository. */
  readonly isSnapshot: boolean;
  readonly notices: readonly string[];
}

async function serveSource(source: LocalSource, runPath: string, stack: AsyncDisposableStack): Promise<Served> {
  if (source.type === 'url') return checkout(source.url, source.branch, runPath);
  if (source.type === 'path') await requireFolder(source.folder);
  const root = join(runPath, 'git');
  await mkdir(root);
  const opened = source.type === 'path' ? await openRepository(source.folder, source.branch) : undefined;
  const repository: Repository = opened ?? (await createFromFolder(source.folder, root));
  const server = stack.use(await startGitServer(serverOptions(repository, source.type === 'sample', root)));
  const name = repository.gitDir.slice(repository.gitDir.lastIndexOf('/') + 1);
  const folder = await checkoutOf(repository, runPath);
  const isSnapshot = source.type === 'path' && opened === undefined;
  return {
    cloneUrl: `${server.url}/${name}`,
    branch: repository.branch,
    knownAs: repository.knownAs,
    folder,
    gitDir: repository.gitDir,
    isSnapshot,
    notices: isSnapshot ? [snapshotNotice] : [],
  };
}

function serverOptions(repository: Repository, allowPush: boolean, root: string) {
  const own = repository.gitDir.startsWith(`${root}/`);
  return { root: own ? root : join(repository.gitDir, '..'), allowPush };
}

/** The files of the branch, not those that lie uncommitted in the user's folder: it is the commit that is reconciled. */
async function checkoutOf(repository: Repository, runPath: string): Promise<string> {
  const folder = join(runPath, 'manifests');
  await mkdir(folder);
  await git(folder, 'clone', '--quiet', '--depth=1', '--branch', repository.branch, `file://${repository.gitDir}`, '.');
  return folder;
}

async function checkout(url: string, branch: string | undefined, runPath: string): Promise<Served> {
  const folder = join(runPath, 'manifests');
  await mkdir(folder);
  const choice = branch === undefined ? [] : ['--branch', branch];
  await git(folder, 'clone', '--quiet', '--depth=1', ...choice, '--', url, '.').catch(explainClone);
  const head = await git(folder, 'symbolic-ref', '--short', 'HEAD');
  return { cloneUrl: url, branch: head, knownAs: [url], folder, isSnapshot: false, notices: [] };
}

function plainFolder({ cloneUrl, branch }: Served): FoundManifest[] {
  return objectsForPlainFolder(cloneUrl, branch).map((object) => ({ object, file: 'made up' }));
}

/** @throws Error when the branch has no such folder */
async function clusterFolder({ folder, branch }: Served, source: LocalSource): Promise<string> {
  if (source.type === 'sample' || source.cluster === undefined) return folder;
  const chosen = join(folder, source.cluster);
  const info = await stat(chosen).catch(() => undefined);
  if (info?.isDirectory() === true && chosen.startsWith(`${folder}/`)) return chosen;
  throw new Error(`--cluster ${source.cluster}: branch '${branch}' has no such folder`);
}

/** @throws Error without our folders in it, and with the way out when a password was asked for */
function explainClone(error: unknown): never {
  if (!(error instanceof GitCommandError)) throw error;
  const wantsLogin = /could not read (Username|Password)|Authentication failed|Permission denied/.test(error.said);
  const wayOut = wantsLogin ? '\n  clone it yourself, with your credentials, and pass --path FOLDER' : '';
  throw new Error(`--url cannot be cloned: ${error.said}${wayOut}`, { cause: error });
}

async function connect(kubeconfig: string): Promise<KubeClient> {
  return connectKube(await loadConnection({ kubeconfig }), 'sluice-local/0.1.0');
}

/** A push asks for a fetch of the sources that are about this repository, as a webhook receiver would. */
async function requestFetch(
  kube: KubeClient,
  cloneUrl: string,
  instead: ReadonlyMap<string, string>,
  commit: string,
): Promise<void> {
  const resource = await kube.resource(gitRepositoryGvk);
  if (resource === undefined) return;
  const { items } = await kube.list<GitRepository>(resource);
  const concerned = items.filter(({ spec }) => spec.url === cloneUrl || instead.has(comparable(spec.url)));
  const patch = { metadata: { annotations: { [requestedAtAnnotation]: commit } } };
  for (const { metadata } of concerned) {
    await kube.patch(resource, { namespace: metadata.namespace ?? '', name: metadata.name }, patch, { type: 'merge' });
  }
}
