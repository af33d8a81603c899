import { join, resolve } from 'node:path';
import {
  followChange,
  FollowError,
  followSync,
  formatStep,
  observe,
  startLocalMode,
  type LocalMode,
  type LocalSource,
  type Step,
} from '@sluice/local';
import { textFlag, UsageError, type Command, type FlagValues } from '../command.ts';
import type { Io } from '../io.ts';
import { createTerminalLog } from './log.ts';

const onceTimeoutMs = 60_000;
/** The sample lies beside the sources; a published package brings it along. */
const sampleFolder = join(import.meta.dirname, '../../../../examples/fleet');

export const localCommand: Command = {
  summary:
    'Run the whole loop on this machine, without a cluster: git server, controllers and an embedded Kubernetes API.',
  examples: [
    'sluice local                        # the sample fleet',
    'sluice local --once                 # push one change, follow it into the cluster, exit',
    'sluice local --path ./my-fleet      # your repository: each commit is applied',
    'sluice local --path ./my-fleet --cluster clusters/staging',
    'sluice local --url https://git.example.com/fleet.git --branch main --once',
  ],
  offline: true,
  flags: {
    path: { type: 'string', value: 'DIR', help: 'reconcile the repository, or the folder of manifests, at DIR' },
    url: { type: 'string', value: 'URL', help: 'reconcile the repository at URL' },
    branch: { type: 'string', value: 'NAME', help: 'branch to follow (the one that is checked out)' },
    cluster: {
      type: 'string',
      value: 'DIR',
      help: 'folder in the repository whose Flux manifests are taken (all of it)',
    },
    once: { type: 'boolean', help: 'exit 0 when one change has arrived, 1 when it fails or takes over 60 s' },
    json: { type: 'boolean', help: 'with --once: the steps as one JSON document' },
    verbose: { type: 'boolean', help: 'show the log of the controllers' },
  },
  async run(args, flags, io) {
    if (args.length > 0)
      throw new UsageError(`unknown argument "${args[0]}" for "sluice local"; did you mean --path ${args[0]}?`);
    const once = flags['once'] === true;
    if (flags['json'] === true && !once) throw new UsageError('--json needs --once');
    const source = sourceOf(flags);
    const signal = once ? AbortSignal.any([io.signal, deadline()]) : io.signal;
    const say = flags['json'] === true ? () => {} : (text: string) => io.out(`${text}\n`);
    say(once ? 'Starting …' : 'Starting the git server, the API server and the controllers …');
    const startedAt = performance.now();
    await using local = await startLocalMode(source, createTerminalLog(io, flags['verbose'] === true), signal);
    for (const notice of local.notices) say(`Note: ${notice}.`);
    if (once) return await runOnce(local, source, startedAt, flags, signal, io);
    await runOn(local, source, startedAt, io);
    return 0;
  },
};

function sourceOf(flags: FlagValues): LocalSource {
  const path = textFlag(flags, 'path');
  const url = textFlag(flags, 'url');
  const branch = textFlag(flags, 'branch');
  const cluster = textFlag(flags, 'cluster');
  if (path !== undefined && url !== undefined) throw new UsageError('--path and --url cannot be used together');
  if (path !== undefined) return { type: 'path', folder: resolve(path), branch, cluster };
  if (url !== undefined) return { type: 'url', url, branch, cluster };
  if (branch !== undefined) throw new UsageError('--branch needs --path or --url');
  if (cluster !== undefined) throw new UsageError('--cluster needs --path or --url');
  return { type: 'sample', folder: sampleFolder };
}

function deadline(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('not reached within 60 s')), onceTimeoutMs).unref();
  return controller.signal;
}

async function runOnce(
  local: LocalMode,
  source: LocalSource,
  startedAt: number,
  flags: FlagValues,
  signal: AbortSignal,
  io: Io,
): Promise<number> {
  const json = flags['json'] === true;
  const steps: Step[] = [];
  const onStep = (step: Step) => {
    steps.push(step);
    if (!json) io.out(`${formatStep(step)}\n`);
  };
  const ok = await follow(local, source, startedAt, onStep, signal);
  if (json) io.out(`${JSON.stringify({ ok, steps }, undefined, 2)}\n`);
  return ok ? 0 : 1;
}

/** @returns whether all steps were reached */
async function follow(
  local: LocalMode,
  source: LocalSource,
  startedAt: number,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const done = new AbortController();
  // Of the sample, only the change is told step by step.
  const observing =
    source.type === 'sample' ? Promise.resolve() : observe(local.kubeconfig, startedAt, onStep, done.signal);
  const failed = await followSync(local.kubeconfig, local.objects, startedAt, signal);
  done.abort();
  await observing;
  for (const step of failed) onStep(step);
  if (failed.length > 0) return false;
  const message = `${local.objects.length} objects of the repository are ready`;
  onStep({ name: 'sync', ms: Math.round(performance.now() - startedAt), ok: true, message });
  if (source.type !== 'sample') return true;
  try {
    await followChange({ ...local, folder: local.scratch, onStep, signal });
    return true;
  } catch (error) {
    if (!(error instanceof FollowError)) throw error;
    onStep(error.steps.at(-1)!);
    return false;
  }
}

async function runOn(local: LocalMode, source: LocalSource, startedAt: number, io: Io): Promise<void> {
  const observing = observe(local.kubeconfig, startedAt, (step) => io.out(`${formatStep(step)}\n`), io.signal);
  const settled = AbortSignal.any([io.signal, deadline()]);
  const failed = await followSync(local.kubeconfig, local.objects, startedAt, settled);
  if (!io.signal.aborted) io.out(lookAround(local, source, failed));
  await observing;
  io.err('\nStopping …\n');
}

function pathChange({ isFollowed, branch }: LocalMode): string {
  return isFollowed
    ? `\nCommit something to the branch ${branch}, and watch it arrive here.\n`
    : '\nStart again to see a change, or make the folder a repository (git init): then each commit arrives here.\n';
}

function lookAround(local: LocalMode, source: LocalSource, failed: readonly Step[]): string {
  const notReady = failed.map(({ message }) => `  ${message.trimEnd().replaceAll('\n', '\n    ')}\n`).join('');
  const state =
    failed.length === 0
      ? 'Everything is in place.'
      : `Not all of the ${local.objects.length} objects of the repository are ready; they are tried again:\n${notReady}\n`;
  const change =
    source.type === 'sample'
      ? `\nChange something, and watch it arrive here:\n  git clone ${local.cloneUrl} my-fleet && cd my-fleet\n` +
        `  sed -i.bak 's/newTag: .*/newTag: 1.2.0/' apps/shop/overlays/staging/kustomization.yaml\n  git commit -am 'Deploy 1.2.0 to staging' && git push\n`
      : source.type === 'path'
        ? pathChange(local)
        : '';
  return (
    `\n${state}${failed.length === 0 ? ' ' : ''}Look around in another terminal:\n  export KUBECONFIG=${local.kubeconfig}\n` +
    `  kubectl get gitrepositories,kustomizations -A\n  kubectl get deployments,services,configmaps -A\n${change}\nCtrl-C stops everything and leaves nothing behind.\n\n`
  );
}
