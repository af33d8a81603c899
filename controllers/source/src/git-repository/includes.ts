import { gitRepositoryGvk, type GitRepository, type ObjectKey } from '@sluice/api';
import type { Context } from '@sluice/runtime';
import type { Included } from './content.ts';

export type IncludesResult =
  | { readonly type: 'available'; readonly included: readonly Included[] }
  | {
      readonly type: 'unavailable';
      readonly reason: 'NotFound' | 'NoArtifact' | 'IncludeCycle';
      readonly message: string;
    };

/** The artifacts of the included repositories as they are now, or why that is not possible yet. */
export async function readIncludes(repo: GitRepository, ctx: Pick<Context, 'read'>): Promise<IncludesResult> {
  const namespace = repo.metadata.namespace ?? '';
  const cycle = await findCycle(repo, ctx);
  if (cycle !== undefined) {
    return { type: 'unavailable', reason: 'IncludeCycle', message: `includes form a cycle: ${cycle.join(' -> ')}` };
  }
  const included: Included[] = [];
  for (const { repository, fromPath = '', toPath = '' } of repo.spec.include ?? []) {
    const { name } = repository;
    const source = await readRepository({ namespace, name }, ctx);
    if (source === undefined) {
      const why = `gitrepositories.source.toolkit.fluxcd.io "${name}" not found`;
      const message = `could not get resource for include '${name}': ${why}`;
      return { type: 'unavailable', reason: 'NotFound', message };
    }
    const artifact = source.status?.artifact;
    if (artifact === undefined) {
      return { type: 'unavailable', reason: 'NoArtifact', message: `no artifact available for include '${name}'` };
    }
    included.push({ repository: name, fromPath, toPath: toPath === '' ? name : toPath, artifact });
  }
  return { type: 'available', included };
}

/** Names of the repositories from this one back to itself. */
async function findCycle(repo: GitRepository, ctx: Pick<Context, 'read'>): Promise<string[] | undefined> {
  const { namespace = '', name: start } = repo.metadata;
  const seen = new Set<string>();
  const pending = includedNames(repo).map((name) => [start, name]);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const name = path.at(-1) ?? '';
    if (name === start) return path;
    if (seen.has(name)) continue;
    seen.add(name);
    const next = await readRepository({ namespace, name }, ctx);
    for (const child of next === undefined ? [] : includedNames(next)) pending.push([...path, child]);
  }
  return undefined;
}

function includedNames(repo: GitRepository): string[] {
  return (repo.spec.include ?? []).map(({ repository }) => repository.name);
}

function readRepository(key: ObjectKey, ctx: Pick<Context, 'read'>): Promise<GitRepository | undefined> {
  return ctx.read<GitRepository>(gitRepositoryGvk, key);
}
