import { expect, test } from 'vitest';
import { createDiscovery } from './discovery.ts';

const list = (...kinds: readonly string[]) => ({
  resources: kinds.map((kind) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: true, verbs: ['get'] })),
});

test('a kind that has just come to a group version in use is found at once', async () => {
  let served = list('Widget');
  const discovery = createDiscovery(
    () => Promise.resolve(served),
    () => 0,
  );
  const of = (kind: string) => discovery.resource({ group: 'example.com', version: 'v1', kind });
  expect((await of('Widget'))?.plural).toBe('widgets');
  served = list('Widget', 'Gadget');
  expect((await of('Gadget'))?.plural).toBe('gadgets');
});

test('a kind that is missing is asked for again after two seconds, and what is known never', async () => {
  let requests = 0;
  let now = 0;
  const read = () => Promise.resolve((requests++, list('Widget')));
  const discovery = createDiscovery(read, () => now);
  const of = (kind: string) => discovery.resource({ group: 'example.com', version: 'v1', kind });
  const costOf = async (kind: string) => {
    const before = requests;
    await of(kind);
    return requests - before;
  };
  expect([await costOf('Widget'), await costOf('Widget')]).toEqual([1, 0]);
  expect([await costOf('Nope'), await costOf('Nope')]).toEqual([1, 0]);
  now = 2500;
  expect([await costOf('Nope'), await costOf('Nope'), await costOf('Widget')]).toEqual([1, 0, 0]);
});
