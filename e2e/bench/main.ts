// `npm run bench -- NAME …`: measures, and prints what it measured.
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';

const names = ['kustomize', 'idle'] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    await printHelp();
    return 0;
  }
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) {
    console.error(`there is no benchmark '${name}'; there are ${names.join(', ')}`);
    return 2;
  }
  const benchmark = await load(known);
  try {
    const options = Object.fromEntries(Object.keys(benchmark.flags).map((flag) => [flag, { type: 'string' as const }]));
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    await benchmark.run((flag) => Number(values[flag] ?? benchmark.flags[flag]?.default));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function printHelp(): Promise<void> {
  console.log('Usage: npm run bench -- NAME [flags]\n');
  for (const name of names) {
    const { summary, flags } = await load(name);
    console.log(`${name}\n  ${summary}`);
    for (const [flag, { help, default: value }] of Object.entries(flags))
      console.log(`  --${flag} N  ${help} (${value})`);
  }
}

async function load(name: (typeof names)[number]): Promise<Benchmark> {
  return ((await import(`./${name}.ts`)) as { benchmark: Benchmark }).benchmark; // every module named above exports one
}
