import { parentPort, type MessagePort } from 'node:worker_threads';
import type { Job, Reply } from './task.ts';
import { encodeError } from './wire-error.ts';

// The first code of each thread: does one job after the other. Started by the pool, never imported.
if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  port.on('message', (job: Job) => void answer(job).then((reply) => send(port, reply)));
}

function send(port: MessagePort, reply: Reply): void {
  try {
    port.postMessage(reply);
  } catch (error) {
    // The output holds what cannot be cloned, such as a function.
    port.postMessage({ ok: false, error: encodeError(error) } satisfies Reply);
  }
}

async function answer({ task, input }: Job): Promise<Reply> {
  try {
    // The caller of the pool names the module, and with it the shape.
    const module = (await import(task)) as { run: (input: unknown) => unknown };
    return { ok: true, output: await module.run(input) };
  } catch (error) {
    return { ok: false, error: encodeError(error) };
  }
}
