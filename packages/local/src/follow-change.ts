import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findCondition,
  gitRepositoryGvk,
  isTrue,
  kustomizationGvk,
  type GitRepository,
  type GroupVersionKind,
  type KubeObject,
  type Kustomization,
  type ObjectKey,
} from '@sluice/api';
import { connectKube, loadConnection, type KubeClient } from '@sluice/kube';
import { git } from './git.ts';
import { shortRevision, type Step } from './steps.ts';
import { waitFor } from './wait-for.ts';

export interface ChangeOptions {
  readonly kubeconfig: string;
  readonly cloneUrl: string;
  readonly branch: string;
  /** An empty folder for the clone. */
  readonly folder: string;
  readonly onStep: (step: Step) => void;
  readonly signal: AbortSignal;
}

const source: ObjectKey = { namespace: 'flux-system', name: 'fleet' };
const app: ObjectKey = { namespace: 'flux-system', name: 'shop-staging' };
const deployment: ObjectKey = { namespace: 'shop-staging', name: 'shop' };
const deploymentGvk: GroupVersionKind = { group: 'apps', version: 'v1', kind: 'Deployment' };
const imagesFile = 'apps/shop/overlays/staging/kustomization.yaml';

/**
 * Pushes one change of the sample fleet, a new image tag for staging, and follows it into the cluster, knowing nothing
 * but the kubeconfig and the address of the repository.
 * @throws FollowError that names the step that was not reached, and why
 */
export async function followChange(options: ChangeOptions): Promise<Step[]> {
  const { signal, onStep } = options;
  await using kube = connectKube(await loadConnection({ kubeconfig: options.kubeconfig }), 'sluice-observer/0.1.0');
  const steps: Step[] = [];
  let startedAt = performance.now();
  const step = async (
    name: string,
    why: () => Promise<string>,
    run: () => Promise<Omit<Step, 'name' | 'ms' | 'ok'>>,
  ) => {
    try {
      const result = await run();
      const done: Step = { name, ms: Math.round(performance.now() - startedAt), ok: true, ...result };
      steps.push(done);
      onStep(done);
    } catch (cause) {
      throw await failed(name, cause, why, steps, startedAt);
    }
  };
  const notYet = () => Promise.resolve('');
  const whySource = () => readyMessage(kube, gitRepositoryGvk, source);
  const whyApp = () => readyMessage(kube, kustomizationGvk, app);

  let image = '';
  let commit = '';
  await step('push', notYet, async () => {
    await git(options.folder, 'clone', '--quiet', '--branch', options.branch, options.cloneUrl, '.');
    image = await bumpTag(join(options.folder, imagesFile));
    await git(options.folder, 'commit', '--quiet', '--all', '--message', `Deploy ${image} to staging`);
    commit = await git(options.folder, 'rev-parse', 'HEAD');
    startedAt = performance.now();
    await git(options.folder, 'push', '--quiet', 'origin', options.branch);
    return { message: `pushed ${commit.slice(0, 8)}: staging runs ${image}`, revision: commit };
  });
  await step('source', whySource, async () => {
    const repository = await waitFor<GitRepository>(
      kube,
      gitRepositoryGvk,
      source,
      (o) => o?.status?.artifact?.revision.endsWith(commit) === true,
      signal,
    );
    const { revision, digest } = repository.status!.artifact!;
    return { message: `fetched ${shortRevision(revision)}`, revision, digest, ...about(repository) };
  });
  await step('apply', whyApp, async () => {
    const object = await waitFor<KubeObject>(
      kube,
      deploymentGvk,
      deployment,
      (o) => JSON.stringify(o?.['spec'] ?? '').includes(image),
      signal,
    );
    return {
      message: `Deployment ${deployment.namespace}/${deployment.name} has the image ${image}`,
      ...about(object),
    };
  });
  await step('healthy', whyApp, async () => {
    const object = await waitFor<Kustomization>(kube, kustomizationGvk, app, (o) => isHealthyAt(o, commit), signal);
    const revision = object.status!.lastAppliedRevision!;
    return {
      message: `Kustomization ${app.name} is healthy at ${shortRevision(revision)}`,
      revision,
      ...about(object),
    };
  });
  return steps;
}

/** A step that was not reached. */
export class FollowError extends Error {
  override readonly name = 'FollowError';
  /** The steps that were reached, and the failed one. */
  readonly steps: readonly Step[];

  constructor(message: string, steps: readonly Step[], cause: unknown) {
    super(message, { cause });
    this.steps = steps;
  }
}

async function failed(
  name: string,
  cause: unknown,
  why: () => Promise<string>,
  steps: readonly Step[],
  startedAt: number,
): Promise<FollowError> {
  const said = cause instanceof Error ? cause.message : String(cause);
  // What the object itself says is worth more than that time was up.
  const detail = await why().catch(() => '');
  const message = detail === '' ? said : `${said}: ${detail}`;
  const step: Step = { name, ms: Math.round(performance.now() - startedAt), ok: false, message };
  return new FollowError(`step '${name}' failed: ${message}`, [...steps, step], cause);
}

/** Raises the patch number of the first `newTag` of a kustomization file. @returns the new tag */
async function bumpTag(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  let tag = '';
  const changed = text.replace(/(newTag: *)(\d+\.\d+\.)(\d+)/, (_, head: string, prefix: string, patch: string) => {
    tag = `${prefix}${Number(patch) + 1}`;
    return `${head}${tag}`;
  });
  if (tag === '') throw new Error(`${imagesFile} has no 'newTag: MAJOR.MINOR.PATCH' to change`);
  await writeFile(file, changed);
  return tag;
}

function isHealthyAt(object: Kustomization | undefined, commit: string): boolean {
  const { status } = object ?? {};
  return status?.lastAppliedRevision?.endsWith(commit) === true && isTrue(status.conditions, 'Ready');
}

async function readyMessage(kube: KubeClient, gvk: GroupVersionKind, key: ObjectKey): Promise<string> {
  const resource = await kube.resource(gvk);
  const object = resource === undefined ? undefined : await kube.get<GitRepository>(resource, key);
  const ready = findCondition(object?.status?.conditions, 'Ready');
  return ready === undefined
    ? `${gvk.kind} ${key.name} has not been reconciled`
    : `${gvk.kind} ${key.name} is ${ready.reason}: ${ready.message}`;
}

function about(object: KubeObject): Pick<Step, 'object' | 'resourceVersion'> {
  const { namespace, name, resourceVersion } = object.metadata;
  return { object: `${object.kind}/${namespace}/${name}`, ...(resourceVersion !== undefined && { resourceVersion }) };
}
