import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The one user of a registry with basic authentication: its configuration takes only bcrypt hashes. */
export const registryLogin = { username: 'robot', password: 'correct:horse' } as const;
const bcryptOfLogin = '$2y$04$abcdefghijklmnopqrstuuVNvsIE4XrZdqzz2Nwuq7yOWE8bL0/Ly';

export interface Backend extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

/** Debian's docker-registry on a free port of the loopback, with its data in a temporary folder. */
export async function startBackend({ isBasic }: { isBasic: boolean }): Promise<Backend> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-registry-'));
  const configFile = join(dir, 'config.json');
  const htpasswd = join(dir, 'htpasswd');
  await writeFile(htpasswd, `${registryLogin.username}:${bcryptOfLogin}\n`);
  // JSON is YAML.
  await writeFile(configFile, JSON.stringify(buildConfig(dir, isBasic ? htpasswd : undefined)));
  const child = spawn('docker-registry', ['serve', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' },
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    return { url: `http://${await readAddress(child)}`, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function buildConfig(dir: string, htpasswd: string | undefined): unknown {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(dir, 'data') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: '127.0.0.1:0', secret: 'of tests' },
    ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'registry', path: htpasswd } } }),
  };
}

/** The log tells the port. */
async function readAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}`)));
  if (child.stderr === null) throw new Error('docker-registry has no log');
  createInterface(child.stderr).on('line', (line) => {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address !== undefined) resolve(address);
  });
  return await promise;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
