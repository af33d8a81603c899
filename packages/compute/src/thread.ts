import { Worker, type Transferable } from 'node:worker_threads';
import { resolveTask, type Job, type Reply } from './task.ts';

/** One worker thread, with or without a task. */
export interface Thread {
  /** `end` was called. */
  readonly ending: boolean;
  post(job: Job, transfer: readonly Transferable[]): void;
  /** The thread has no work: it no longer keeps the process alive, and ends by itself after a while. */
  rest(): void;
  /** Ends the thread wherever it is. `onLost` comes once it is gone, or given up: not every loop can be stopped. */
  end(): Promise<void>;
}

export interface ThreadOptions {
  readonly maxMemoryMb: number;
  readonly idleMs: number;
  readonly onReply: (thread: Thread, reply: Reply) => void;
  /** Called once, when the thread is gone. `error`: what nothing in the thread has caught. */
  readonly onLost: (thread: Thread, error: Error | undefined) => void;
}

/** V8 does not stop some optimised loops. Such a thread must not keep its place in the pool for ever. */
const endTimeoutMs = 5000;

/** The default costs each thread 12 MiB more, and no task was faster with it. */
const maxYoungGenerationSizeMb = 8;

export function startThread({ maxMemoryMb, idleMs, onReply, onLost }: ThreadOptions): Thread {
  const code = resolveTask(new URL('./compute-thread.ts', import.meta.url), import.meta.url);
  const worker = new Worker(code, {
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, maxYoungGenerationSizeMb },
  });
  let idle: NodeJS.Timeout | undefined;
  let ending = false;
  let failure: Error | undefined;

  const thread: Thread = {
    get ending() {
      return ending;
    },
    post(job, transfer) {
      clearTimeout(idle);
      worker.ref();
      worker.postMessage(job, transfer);
    },
    rest() {
      worker.unref();
      clearTimeout(idle);
      idle = setTimeout(() => void thread.end(), idleMs).unref();
    },
    async end() {
      ending = true;
      clearTimeout(idle);
      const { promise, resolve } = Promise.withResolvers<void>();
      const givenUp = setTimeout(resolve, endTimeoutMs);
      await Promise.race([worker.terminate(), promise]);
      clearTimeout(givenUp);
      gone();
    },
  };
  worker.on('message', (reply: Reply) => onReply(thread, reply));
  worker.on('error', (error: Error) => {
    failure = error;
  });
  const gone = once(() => onLost(thread, failure));
  worker.on('exit', () => {
    ending = true;
    gone();
  });
  return thread;
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (!called) call();
    called = true;
  };
}
