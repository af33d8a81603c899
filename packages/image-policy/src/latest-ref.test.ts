import { expect, test } from 'vitest';
import { chosenRefs, digestSource, resolvedMessage, type ChosenRefs, type DigestReflection } from './latest-ref.ts';

const name = 'ghcr.io/o/app';

/** One reconcile of a policy that chose `tag`, while the registry has `digest` for it. */
function reconcile(status: ChosenRefs, reflection: DigestReflection, tag: string, digest: string): ChosenRefs {
  const source = digestSource(reflection, { name, tag }, status.latestRef);
  const got = source.fetch ? digest : source.digest;
  return chosenRefs(status, { name, tag, ...(got === undefined ? {} : { digest: got }) });
}

const old = { name, tag: '1', digest: 'sha256:old' };
const bare = { name, tag: '1' };
// image 14.7-142, 14.7-143
test.each([
  { first: 'Never', second: 'Never', tag: '1', latest: bare, previous: undefined },
  { first: 'Always', second: 'Always', tag: '1', latest: { ...bare, digest: 'sha256:new' }, previous: old },
  { first: 'IfNotPresent', second: 'IfNotPresent', tag: '1', latest: old, previous: undefined },
  {
    first: 'IfNotPresent',
    second: 'IfNotPresent',
    tag: '2',
    latest: { name, tag: '2', digest: 'sha256:new' },
    previous: old,
  },
  { first: 'Never', second: 'IfNotPresent', tag: '1', latest: { ...bare, digest: 'sha256:new' }, previous: bare },
  { first: 'Always', second: 'Never', tag: '1', latest: bare, previous: old },
  { first: 'IfNotPresent', second: 'Never', tag: '1', latest: bare, previous: old },
  { first: 'IfNotPresent', second: 'Always', tag: '1', latest: { ...bare, digest: 'sha256:new' }, previous: old },
  { first: 'Always', second: 'IfNotPresent', tag: '1', latest: old, previous: undefined },
] as const)('$first, then $second with tag $tag', ({ first, second, tag, latest, previous }) => {
  const before = reconcile({}, first, '1', 'sha256:old');
  const after = reconcile(before, second, tag, 'sha256:new');
  expect(after.latestRef).toStrictEqual(latest);
  expect(after.observedPreviousRef).toStrictEqual(previous);
});

test.each([
  [{ name, tag: '2' }, undefined, 'Latest image tag for ghcr.io/o/app resolved to 2'],
  [{ name, tag: '2' }, { name, tag: '2' }, 'Latest image tag for ghcr.io/o/app resolved to 2'],
  [
    { name, tag: '2' },
    { name, tag: '1' },
    'Latest image tag for ghcr.io/o/app resolved to 2 (previously ghcr.io/o/app:1)',
  ],
  [
    { name, tag: '1', digest: 'sha256:new' },
    old,
    'Latest image tag for ghcr.io/o/app resolved to 1 with digest sha256:new (previously ghcr.io/o/app:1@sha256:old)',
  ],
])('%j after %j', (latest, previous, want) => {
  expect(resolvedMessage(latest, previous)).toBe(want);
});
