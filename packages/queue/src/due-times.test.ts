import { expect, test } from 'vitest';
import { DueTimes } from './due-times.ts';

test('a due time that moves often leaves nothing behind', async () => {
  const fired: string[] = [];
  const last = Promise.withResolvers<void>();
  const times = new DueTimes<string>((item) => {
    fired.push(item);
    if (item === 'last') last.resolve();
  });
  const soonMs = performance.now() + 20;
  times.set('first', soonMs);
  for (let i = 0; i < 5000; i++) times.cancel(times.set('moved', soonMs + 1000 + i));
  expect(times.size).toBeLessThan(2500);
  times.set('last', soonMs + 10);
  await last.promise;
  expect(fired).toEqual(['first', 'last']);
  times.clear();
});
