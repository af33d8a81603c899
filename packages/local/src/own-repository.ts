import {
  gitRepositoryGvk,
  kustomizationGvk,
  type GitRepository,
  type KubeObject,
  type Kustomization,
} from '@sluice/api';
import type { FoundManifest } from './find-manifests.ts';

/** The URLs by which the manifests of a repository mean that repository itself. */
export function urlsOfItself(manifests: readonly FoundManifest[], knownAs: readonly string[]): string[] {
  const repositories = manifests.map((found) => found.object).filter(isGitRepository);
  const urls = [...new Set(repositories.map((repository) => repository.spec.url))];
  const known = new Set(knownAs.map(comparable));
  const same = urls.filter((url) => known.has(comparable(url)));
  // A fleet with one source is about itself, whatever it calls itself.
  return same.length === 0 && urls.length === 1 ? urls : same;
}

/** `git@host:a/b.git`, `ssh://git@host/a/b` and `https://host/a/b.git` name the same repository. */
export function comparable(url: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url);
  const plain = scp === null ? url.replace(/^[a-z+]+:\/\/(?:[^@/]*@)?/, '') : `${scp[1]}/${scp[2]}`;
  return plain
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}

/** For a folder of plain manifests: one source and one Kustomization over all of it. */
export function objectsForPlainFolder(url: string, branch: string): KubeObject[] {
  const metadata = { name: 'local', namespace: 'flux-system' };
  const source: GitRepository = {
    apiVersion: `${gitRepositoryGvk.group}/${gitRepositoryGvk.version}`,
    kind: gitRepositoryGvk.kind,
    metadata,
    spec: { interval: '1m', url, ref: { branch } },
  };
  const kustomization: Kustomization = {
    apiVersion: `${kustomizationGvk.group}/${kustomizationGvk.version}`,
    kind: kustomizationGvk.kind,
    metadata,
    spec: {
      interval: '10m',
      retryInterval: '30s',
      prune: true,
      wait: true,
      timeout: '1m',
      path: './',
      sourceRef: { kind: 'GitRepository', name: 'local' },
    },
  };
  return [source, kustomization];
}

function isGitRepository(object: KubeObject): object is GitRepository {
  return object.kind === gitRepositoryGvk.kind;
}
