// Packages tagged `pure` decide over data: no disk, network, clock, chance, environment or log.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const forbidden: readonly (readonly [RegExp, string])[] = [
  [
    /from 'node:(fs|net|http|https|tls|dns|child_process|worker_threads|os|process|timers)[/']/,
    'imports the outside world',
  ],
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bTemporal\.Now\b/, 'reads the clock'],
  [/\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/, 'uses chance'],
  [/\bprocess\./, 'reads the environment'],
  [/\bsetTimeout\(|\bsetInterval\(/, 'waits'],
  [/(?<![.#\w])fetch\(/, 'uses the network'],
  [/\bconsole\./, 'logs'],
];

const problems = pureFolders().flatMap((folder) =>
  globSync(join(folder, 'src/**/*.ts'))
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap(problemsOf),
);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function pureFolders(): string[] {
  return globSync(join(root, 'packages/*/turbo.json'))
    .filter((file) => (JSON.parse(readFileSync(file, 'utf8')) as { tags: string[] }).tags.includes('pure'))
    .map(dirname);
}

function problemsOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) return [];
    return forbidden
      .filter(([pattern]) => pattern.test(line))
      .map(([, what]) => `${relative(root, file)}:${index + 1}: a pure package ${what}: ${line.trim()}`);
  });
}
