import { expect, test } from 'vitest';
import { describeWorkQueue } from './behaviour.ts';
import { createInProcessQueue } from './in-process.ts';

describeWorkQueue('in-process queue', async (options) => createInProcessQueue(options));

test('tells what a handler threw', async () => {
  const failures: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  await using queue = createInProcessQueue({
    onFailure(error, kind, key) {
      failures.push([String(error), kind, key]);
      failed.resolve();
    },
  });
  queue.process('App', { concurrency: 1 }, () => Promise.reject(new Error('no')));
  await queue.add('App', { namespace: 'n', name: 'a' }, 'change');
  await failed.promise;
  expect(failures).toEqual([['Error: no', 'App', { namespace: 'n', name: 'a' }]]);
});

test('refuses a second worker of a kind', async () => {
  await using queue = createInProcessQueue();
  queue.process('App', { concurrency: 1 }, () => Promise.resolve({}));
  expect(() => queue.process('App', { concurrency: 1 }, () => Promise.resolve({}))).toThrow("'App'");
});
