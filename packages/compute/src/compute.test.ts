import { ReconcileError } from '@sluice/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCompute, type Compute } from './compute.ts';
import type { Input } from './fixtures/tasks.ts';

const task = new URL('./fixtures/tasks.ts', import.meta.url);
const never = new AbortController().signal;

function call(compute: Compute, input: Input, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  return compute.run<Input, unknown>(task, input, { signal: never, timeoutMs: 20_000, ...options });
}

test('runs a task in a thread and uses the thread again', async () => {
  await using compute = createCompute();
  const first = await call(compute, { do: 'thread' });
  expect(first).not.toBe(0);
  expect(await call(compute, { do: 'thread' })).toBe(first);
});

test('runs no more tasks at a time than it has threads, and each task once', async () => {
  await using compute = createCompute({ threads: 2 });
  const ids = await Promise.all(Array.from({ length: 20 }, () => call(compute, { do: 'thread' })));
  expect(new Set(ids).size).toBeLessThanOrEqual(2);
});

test('keeps the event loop free', async () => {
  await using compute = createCompute({ threads: 1 });
  await call(compute, { do: 'thread' });
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 10);
  await expect(call(compute, { do: 'spin' }, { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'Timeout' });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(8);
});

test('ends a task at its deadline and goes on with a new thread', async () => {
  await using compute = createCompute({ threads: 1 });
  const first = await call(compute, { do: 'thread' });
  await expect(call(compute, { do: 'spin' }, { timeoutMs: 50 })).rejects.toThrow('tasks.ts took longer than 50 ms');
  const second = await call(compute, { do: 'thread' });
  expect(second).not.toBe(first);
});

test('ends a task when its signal aborts, running or waiting', async () => {
  await using compute = createCompute({ threads: 1 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const first = call(compute, { do: 'spin' }, { signal: running.signal });
  const second = call(compute, { do: 'spin' }, { signal: waiting.signal });
  waiting.abort(new Error('not wanted'));
  await expect(second).rejects.toThrow('not wanted');
  running.abort(new Error('shutting down'));
  await expect(first).rejects.toThrow('shutting down');
  await expect(call(compute, { do: 'thread' }, { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow(
    'late',
  );
  expect(await call(compute, { do: 'thread' })).toBeGreaterThan(0);
});

test('out of memory is an error of the task only', async () => {
  await using compute = createCompute({ threads: 1, maxMemoryMb: 32 });
  await expect(call(compute, { do: 'grow' })).rejects.toMatchObject({
    name: 'ComputeError',
    reason: 'OutOfMemory',
    message: 'tasks.ts needed more than 32 MiB of memory',
  });
  expect(await call(compute, { do: 'thread' })).toBeGreaterThan(0);
});

test('a thread that ends in a task is an error of the task only', async () => {
  await using compute = createCompute({ threads: 1 });
  await expect(call(compute, { do: 'exit' })).rejects.toMatchObject({ reason: 'ThreadLost' });
  expect(await call(compute, { do: 'thread' })).toBeGreaterThan(0);
});

test('errors keep name, message, reason and plain fields', async () => {
  await using compute = createCompute();
  const failure: unknown = await call(compute, { do: 'throw', what: 'reconcile' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ReconcileError);
  expect(failure).toMatchObject({ reason: 'BuildFailed', condition: 'Healthy', retry: { afterMs: 5 } });
  expect(failure).toMatchObject({ message: 'no kustomization', cause: { message: 'inner' } });
  await expect(call(compute, { do: 'throw', what: 'type' })).rejects.toMatchObject({
    name: 'TypeError',
    message: 'no such file',
    reason: 'Bad',
    file: 'a.yaml',
    line: 7,
  });
  await expect(call(compute, { do: 'throw', what: 'text' })).rejects.toThrow('plain text');
});

test('what cannot be cloned is an error, and the thread goes on', async () => {
  await using compute = createCompute({ threads: 1 });
  const id = await call(compute, { do: 'thread' });
  await expect(call(compute, { do: 'function' })).rejects.toMatchObject({ name: 'DataCloneError' });
  const bad = compute.run(task, { do: 'thread', bad: () => {} }, { signal: never, timeoutMs: 1000 });
  await expect(bad).rejects.toMatchObject({ name: 'DataCloneError' });
  expect(await call(compute, { do: 'thread' })).toBe(id);
});

test('moves what is to be transferred', async () => {
  await using compute = createCompute();
  const bytes = new Uint8Array(1000);
  const options = { signal: never, timeoutMs: 5000, transfer: [bytes.buffer] };
  expect(await compute.run(task, { do: 'length', bytes }, options)).toBe(1000);
  expect(bytes.length).toBe(0);
});

test('a missing task is an error of the task', async () => {
  await using compute = createCompute();
  const missing = compute.run(new URL('./none.ts', import.meta.url), {}, { signal: never, timeoutMs: 5000 });
  await expect(missing).rejects.toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
});

test('a thread without work ends', async () => {
  await using compute = createCompute({ threads: 1, idleMs: 20 });
  const first = await call(compute, { do: 'thread' });
  await expect
    .poll(async () => {
      await sleep(60);
      return call(compute, { do: 'thread' });
    })
    .not.toBe(first);
});

test('closing ends what runs and what waits', async () => {
  const compute = createCompute({ threads: 1 });
  const tasks = [call(compute, { do: 'spin' }), call(compute, { do: 'spin' })].map((one) =>
    one.catch((e: unknown) => e),
  );
  await compute[Symbol.asyncDispose]();
  for (const failure of await Promise.all(tasks)) expect(failure).toMatchObject({ reason: 'Closed' });
  await expect(call(compute, { do: 'thread' })).rejects.toMatchObject({ reason: 'Closed' });
});
