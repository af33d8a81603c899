import {
  findCondition,
  formatKey,
  gitRepositoryGvk,
  keyOf,
  kustomizationGvk,
  type Condition,
  type GitRepository,
  type GroupVersionKind,
  type KubeObject,
  type Kustomization,
} from '@sluice/api';
import { connectKube, loadConnection, reflect } from '@sluice/kube';
import { shortRevision, type Step } from './steps.ts';

/**
 * Tells what happens, from nothing but a kubeconfig: what it says, a watch of the API server has shown.
 * @param onStep called for each step that any object has taken
 */
export async function observe(
  kubeconfig: string,
  startedAt: number,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  await using kube = connectKube(await loadConnection({ kubeconfig }), 'sluice-observer/0.1.0');
  const follow = async (gvk: GroupVersionKind, describe: (old: KubeObject | undefined, next: KubeObject) => Seen[]) => {
    const resource = await kube.resource(gvk, signal);
    if (resource === undefined) throw new Error(`the cluster does not know the kind ${gvk.kind}`);
    const reflector = reflect<KubeObject>(kube, resource, {
      signal,
      onChange: (old, next) => {
        if (next === undefined) return;
        for (const seen of describe(old, next))
          onStep({ ms: Math.round(performance.now() - startedAt), object: nameOf(next), ...versionOf(next), ...seen });
      },
    });
    await reflector.ended;
  };
  await Promise.all([follow(gitRepositoryGvk, sourceSteps), follow(kustomizationGvk, kustomizationSteps)]);
}

type Seen = Pick<Step, 'name' | 'message' | 'ok' | 'revision' | 'digest'>;

function sourceSteps(old: KubeObject | undefined, next: KubeObject): Seen[] {
  const before = (old as GitRepository | undefined)?.status;
  const { status } = next as GitRepository;
  const { name } = next.metadata;
  const artifact = status?.artifact;
  const steps: Seen[] = [];
  if (artifact !== undefined && artifact.revision !== before?.artifact?.revision) {
    const message = `${name} fetched ${shortRevision(artifact.revision)} (${artifact.size ?? 0} bytes)`;
    steps.push({ name: 'source', ok: true, message, revision: artifact.revision, digest: artifact.digest });
  }
  return [...steps, ...failures(name, 'source', before?.conditions, status?.conditions)];
}

function kustomizationSteps(old: KubeObject | undefined, next: KubeObject): Seen[] {
  const before = (old as Kustomization | undefined)?.status;
  const { status } = next as Kustomization;
  const { name } = next.metadata;
  const revision = status?.lastAttemptedRevision ?? '';
  const steps: Seen[] = [];
  const health = findCondition(status?.conditions, 'Healthy');
  const healthBefore = findCondition(before?.conditions, 'Healthy');
  const count = status?.inventory?.entries.length ?? 0;
  const isApplied =
    health?.status === 'Unknown' && (healthBefore?.status !== 'Unknown' || before?.lastAttemptedRevision !== revision);
  if (isApplied)
    steps.push({
      name: 'apply',
      ok: true,
      message: `${name} applied ${count} objects of ${shortRevision(revision)}`,
      revision,
    });
  const applied = status?.lastAppliedRevision;
  if (applied !== undefined && applied !== before?.lastAppliedRevision) {
    const state = health?.status === 'True' ? 'healthy' : 'applied';
    steps.push({
      name: 'ready',
      ok: true,
      message: `${name} ${state} at ${shortRevision(applied)} (${count} objects)`,
      revision: applied,
    });
  }
  return [...steps, ...failures(name, 'apply', before?.conditions, status?.conditions)];
}

/** A wait for a dependency or a source is no failure: it ends by itself. That a source is not fetched yet, the source's own steps tell. */
function failures(
  name: string,
  step: string,
  before: readonly Condition[] | undefined,
  now: readonly Condition[] | undefined,
): Seen[] {
  const ready = findCondition(now, 'Ready');
  const old = findCondition(before, 'Ready');
  const isNews = old?.status !== 'False' || old.message !== ready?.message;
  if (ready?.status !== 'False' || !isNews || isNotFetchedYet(ready)) return [];
  const waits = ready.reason === 'DependencyNotReady' || isWithoutSource(ready);
  return [
    { name: waits ? 'wait' : step, ok: waits, message: `${name}: ${waits ? '' : `${ready.reason}: `}${ready.message}` },
  ];
}

function isNotFetchedYet({ reason, message }: Condition): boolean {
  return reason === 'ArtifactFailed' && /artifact not found, retrying/.test(message);
}

function isWithoutSource({ reason, message }: Condition): boolean {
  return reason === 'ArtifactFailed' && /^\S+ "[^"]*" not found$/.test(message);
}

function nameOf(object: KubeObject): string {
  return `${object.kind}/${formatKey(keyOf(object))}`;
}

function versionOf(object: KubeObject): Pick<Step, 'resourceVersion'> {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}
