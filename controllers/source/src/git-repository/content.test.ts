import type { Artifact, GitRepository, GitRepositorySpec, GitRepositoryStatus } from '@sluice/api';
import { expect, test } from 'vitest';
import { hasContentConfigChanged, haveIncludesMoved, modernRevision } from './content.ts';

function changed(spec: Partial<GitRepositorySpec>, status: GitRepositoryStatus): boolean {
  const repo: GitRepository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'app', namespace: 'ns' },
    spec: { url: 'https://example.com', interval: '1m', ...spec },
  };
  const included = (spec.include ?? []).map(({ repository }, i) => includedAs(repository.name, String(i)));
  return hasContentConfigChanged(repo, status, included);
}

function artifact(revision: string, digest = `sha256:${revision}`): Artifact {
  return { path: '', url: '', revision, digest, lastUpdateTime: '' };
}

function includedAs(repository: string, revision: string) {
  return { repository, fromPath: '', toPath: repository, artifact: artifact(revision) };
}

const includes = [{ repository: { name: 'a' } }, { repository: { name: 'b' } }];
const observed = { observedInclude: includes, includedArtifacts: [artifact('0'), artifact('1')] };
const secretRef = { name: 'keys' };

// source 20.6-105
test.each<[string, Partial<GitRepositorySpec>, GitRepositoryStatus, boolean]>([
  ['nothing', {}, {}, false],
  // source 20.4-79
  ['ignore from absent to empty', { ignore: '' }, {}, true],
  ['same ignore', { ignore: '' }, { observedIgnore: '' }, false],
  ['submodules', { recurseSubmodules: true }, {}, true],
  ['submodules off, never on', { recurseSubmodules: false }, {}, false],
  ['empty sparse list is none', { sparseCheckout: [] }, {}, false],
  ['order of the sparse list', { sparseCheckout: ['a', 'b'] }, { observedSparseCheckout: ['b', 'a'] }, true],
  ['same includes', { include: includes }, observed, false],
  // source 20.9-144
  ['order of includes', { include: includes.toReversed() }, observed, true],
  // source 20.9-143
  ['no more includes', {}, observed, true],
  // source 20.9-140
  [
    'digest of an include',
    { include: includes },
    { ...observed, includedArtifacts: [artifact('0', 'sha256:x'), artifact('1')] },
    true,
  ],
  ['to be verified', { verify: { secretRef } }, {}, true],
  ['verified', { verify: { secretRef, mode: 'head' } }, { sourceVerificationMode: 'HEAD' }, false],
  // source 20.8-135
  ['more to verify', { verify: { secretRef, mode: 'TagAndHEAD' } }, { sourceVerificationMode: 'HEAD' }, true],
  ['less to verify', { verify: { secretRef, mode: 'HEAD' } }, { sourceVerificationMode: 'TagAndHEAD' }, false],
  ['Tag after HEAD', { verify: { secretRef, mode: 'Tag' } }, { sourceVerificationMode: 'HEAD' }, true],
])('%s', (_name, spec, status, want) => {
  expect(changed(spec, status)).toBe(want);
});

test('includes move by revision, in any order', () => {
  const now = [includedAs('a', '1'), includedAs('b', '0')];
  expect(haveIncludesMoved({ includedArtifacts: [artifact('0'), artifact('1')] }, now)).toBe(false);
  expect(haveIncludesMoved({ includedArtifacts: [artifact('0'), artifact('2')] }, now)).toBe(true);
  expect(haveIncludesMoved({ includedArtifacts: [artifact('0')] }, now)).toBe(true);
});

const hex40 = 'a'.repeat(40);
const hex64 = 'b'.repeat(64);

// source 20.6-109
test.each([
  [`main/${hex40}`, `main@sha1:${hex40}`],
  [`feature/x/${hex40}`, `feature/x@sha1:${hex40}`],
  [`HEAD/${hex40}`, `sha1:${hex40}`],
  [`main/${hex64}`, `main@sha256:${hex64}`],
  [hex40, `sha1:${hex40}`],
  [hex64, `sha256:${hex64}`],
  [`main@sha1:${hex40}`, `main@sha1:${hex40}`],
])('%s is %s today', (old, want) => {
  expect(modernRevision(old)).toBe(want);
});
