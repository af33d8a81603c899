// Brings dependencies (and with them Node 26) into node_modules when the lockfile has changed since the last time.
// Plain JavaScript for Node 20: it runs before anything is installed. With --test it also brings Debian's packages
// that the tests' real servers come from.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const stampFile = join(root, 'node_modules', '.setup');

installNodePackages();
if (process.argv.includes('--test')) installServers();

function installNodePackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).update(process.platform).update(process.arch).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const npm = process.env.npm_execpath;
  if (npm === undefined) fail('run this through npm: npm start, npm test or npm run check');
  console.error('Installing dependencies (once, about half a minute) …');
  const args = [npm, 'ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  // Its output goes to stderr, so that `npm start -- --json` prints one document and nothing else.
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) fail(`npm ci failed with exit code ${done.status ?? done.signal}; its own message is above`);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Debian packages by the program that proves they are there. Without root their absence is told, and those tests skip. */
function installServers() {
  const wanted = {
    git: 'git',
    openssl: 'openssl',
    gpg: 'gnupg',
    'ssh-keygen': 'openssh-client',
    'docker-registry': 'docker-registry',
  };
  const missing = Object.entries(wanted).filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('apt-get');
  if (!canInstall) {
    console.error(
      `Not installed: ${packages.join(', ')}. Tests that need them are skipped; install them with your package manager.`,
    );
    return;
  }
  console.error(`Installing ${packages.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] }).status === 0;
  if (!run('update', '-qq') || !run('install', '-y', '-qq', '--no-install-recommends', ...packages)) {
    fail(`apt-get could not install ${packages.join(', ')}; its own message is above`);
  }
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, program)));
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
