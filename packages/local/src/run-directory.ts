import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that one run writes lies in one folder, which goes with the run. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Of one user, since others may not read a kubeconfig with a credential in it. */
function parentOf(): string {
  return join(tmpdir(), `sluice-local-${process.getuid?.() ?? 'user'}`);
}

/** Makes the folder of a run and removes those that killed runs left. */
export async function createRunDirectory(parent: string = parentOf()): Promise<RunDirectory> {
  await makeParent(parent);
  await removeLeftovers(parent);
  const path = await mkdtemp(join(parent, 'run-'));
  await writeFile(join(path, 'pid'), String(process.pid));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** @throws Error that says which folder it is about, and how to choose another one */
async function makeParent(parent: string): Promise<void> {
  try {
    // Not recursive: the folder above is the system's, and Node loops for ever where it cannot be made.
    await mkdir(parent, { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new Error(`cannot make ${parent} for the files of this run (${code}): set TMPDIR to a folder you can write`, {
      cause,
    });
  }
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const pidFile = join(path, 'pid');
    // A folder without the file is one that another run is making at this moment.
    if (!name.startsWith('run-') || !existsSync(pidFile)) continue;
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (!isRunning(pid)) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0); // sends nothing, only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
