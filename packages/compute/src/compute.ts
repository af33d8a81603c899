import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Transferable } from 'node:worker_threads';
import { decodeError } from './decode-error.ts';
import { resolveTask, type Reply } from './task.ts';
import { startThread, type Thread } from './thread.ts';

export interface ComputeOptions {
  /** Most threads at a time; default: the number of cores, but 2 to 4. */
  readonly threads?: number;
  /** Heap of each thread; default 512. Bytes in array buffers do not count. */
  readonly maxMemoryMb?: number;
  /** A thread without work ends after this; default 10 s. */
  readonly idleMs?: number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Counted from the start of the task, not from the call: waiting for a thread is the caller's own limit. */
  readonly timeoutMs: number;
  /** Parts of `input` that move to the thread rather than being copied. */
  readonly transfer?: readonly Transferable[];
}

/** Threads for work that would hold the event loop for more than 50 ms. */
export interface Compute extends AsyncDisposable {
  /**
   * Calls `run(input)` of the module at `task` in a thread.
   * @param task such as `new URL('./build-task.ts', import.meta.url)`; its base name is unique in the whole program,
   *   since a bundle holds all tasks in one folder
   * @param input anything that can be cloned, as is the output
   * @throws what `run` throws, with name, message and plain fields such as `reason`; `ComputeError`; `signal.reason`
   */
  run<I, O>(task: URL, input: I, options: RunOptions): Promise<O>;
}

/** The task came to no end of its own. `reason`: `OutOfMemory`, `Timeout`, `ThreadLost`, `Closed`. */
export class ComputeError extends Error {
  override readonly name = 'ComputeError';
  readonly reason: 'OutOfMemory' | 'Timeout' | 'ThreadLost' | 'Closed';

  constructor(reason: ComputeError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Starts nothing yet: threads come with the first work and go when there is none. */
export function createCompute(options: ComputeOptions = {}): Compute {
  return new Pool(options);
}

interface Task {
  readonly name: string;
  readonly url: string;
  readonly input: unknown;
  readonly options: RunOptions;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Removes timer and listener. */
  release: () => void;
}

class Pool implements Compute {
  readonly #maxThreads: number;
  readonly #maxMemoryMb: number;
  readonly #idleMs: number;
  /** Ended threads leave only once they are really gone: their memory counts until then. */
  readonly #threads = new Map<Thread, Task | undefined>();
  readonly #waiting: Task[] = [];
  #closed = false;

  constructor({ threads, maxMemoryMb = 512, idleMs = 10_000 }: ComputeOptions) {
    this.#maxThreads = threads ?? Math.max(2, Math.min(4, availableParallelism()));
    this.#maxMemoryMb = maxMemoryMb;
    this.#idleMs = idleMs;
  }

  run<I, O>(task: URL, input: I, options: RunOptions): Promise<O> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { signal } = options;
    if (this.#closed) reject(new ComputeError('Closed', `${basename(task.pathname)}: the pool is closed`));
    else if (signal.aborted) reject(signal.reason);
    else {
      const url = resolveTask(task, import.meta.url).href;
      const abort = (): void => this.#stop(entry, signal.reason);
      const release = (): void => signal.removeEventListener('abort', abort);
      const entry: Task = { name: basename(task.pathname), url, input, options, resolve, reject, release };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(entry);
      this.#assign();
    }
    // The task module says what it returns; its caller says the same in `O`.
    return promise as Promise<O>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const running = [...this.#threads.values()].filter((task) => task !== undefined);
    for (const task of [...this.#waiting, ...running]) {
      this.#stop(task, new ComputeError('Closed', `${task.name}: the pool was closed`));
    }
    await Promise.all([...this.#threads.keys()].map((thread) => thread.end()));
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) return;
      this.#start(thread, this.#waiting.shift()!);
    }
  }

  /** The one that rested last, so that the others may end. */
  #freeThread(): Thread | undefined {
    const resting = [...this.#threads].filter(([thread, task]) => task === undefined && !thread.ending);
    const last = resting.at(-1)?.[0];
    if (last !== undefined || this.#threads.size >= this.#maxThreads || this.#closed) return last;
    return startThread({
      maxMemoryMb: this.#maxMemoryMb,
      idleMs: this.#idleMs,
      onReply: (thread, reply) => this.#finish(thread, reply),
      onLost: (thread, error) => this.#lose(thread, error),
    });
  }

  #start(thread: Thread, task: Task): void {
    const { timeoutMs, transfer = [] } = task.options;
    // Deleting first moves the thread to the end: the map is in the order of last use.
    this.#threads.delete(thread);
    this.#threads.set(thread, task);
    const late = (): void =>
      this.#stop(task, new ComputeError('Timeout', `${task.name} took longer than ${timeoutMs} ms`));
    const timer = setTimeout(late, Math.min(timeoutMs, 2 ** 31 - 1));
    const release = task.release;
    task.release = () => {
      clearTimeout(timer);
      release();
    };
    try {
      thread.post({ task: task.url, input: task.input }, transfer);
    } catch (error) {
      this.#settle(thread, () => task.reject(error));
      thread.rest();
    }
  }

  #finish(thread: Thread, reply: Reply): void {
    const task = this.#threads.get(thread);
    this.#settle(thread, () => (reply.ok ? task?.resolve(reply.output) : task?.reject(decodeError(reply.error))));
    thread.rest();
    this.#assign();
  }

  /** Ends a task from outside: takes it from the queue, or ends its thread. */
  #stop(task: Task, error: unknown): void {
    const thread = [...this.#threads].find(([, running]) => running === task)?.[0];
    const index = this.#waiting.indexOf(task);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (thread !== undefined) this.#settle(thread, () => void thread.end());
    task.release();
    task.reject(error);
  }

  #lose(thread: Thread, error: Error | undefined): void {
    const task = this.#threads.get(thread);
    this.#settle(thread, () => task?.reject(lostError(task.name, this.#maxMemoryMb, error)));
    this.#threads.delete(thread);
    this.#assign();
  }

  #settle(thread: Thread, settle: () => void): void {
    this.#threads.get(thread)?.release();
    this.#threads.set(thread, undefined);
    settle();
  }
}

function lostError(name: string, maxMemoryMb: number, error: Error | undefined): ComputeError {
  if (error !== undefined && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ComputeError('OutOfMemory', `${name} needed more than ${maxMemoryMb} MiB of memory`, { cause: error });
  }
  return new ComputeError('ThreadLost', `${name}: its thread ended: ${error?.message ?? 'no error given'}`, {
    cause: error,
  });
}
