// `npm run fuzz -- kustomize --seed N --cases M`: random input, built here and with the reference. Exits 1 on a difference.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { caseOf } from './compare.ts';
import { fuzzKustomize } from './kustomize.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '1000' },
    show: { type: 'string', default: '5' },
    words: { type: 'boolean', default: false },
    write: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help || positionals[0] !== 'kustomize') {
    console.log(
      'Usage: npm run fuzz -- kustomize [--seed N] [--cases M] [--show K] [--words] [--write DIR]\n\n' +
        '  --words      show errors that differ only in their words, too\n' +
        '  --write DIR  write the case of --seed into a folder and run nothing',
    );
    return values.help ? 0 : 2;
  }
  const seed = Number(values.seed);
  if (values.write !== undefined) {
    for (const [path, text] of caseOf(seed).files) {
      mkdirSync(dirname(join(values.write, path)), { recursive: true });
      writeFileSync(join(values.write, path), text);
    }
    return 0;
  }
  const options = { seed, cases: Number(values.cases), show: Number(values.show), words: values.words };
  return (await fuzzKustomize(options)) === 0 ? 0 : 1;
}
