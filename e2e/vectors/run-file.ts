import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SkippedCase, type FamilyRunner, type VectorCase, type VectorFile } from './case.ts';
import { compareOutcome, type Difference, type Outcome } from './compare.ts';
import { familyNames, loadFamily } from './families.ts';

export type FileResult = {
  readonly family: string;
  readonly passed: number;
  readonly failed: readonly FailedCase[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
};

export type FailedCase = Difference & { readonly name: string; readonly input: unknown };

/**
 * Runs all cases of a vector file, one after the other.
 * @throws UsageError for an unknown family, another error when the file or the family's module cannot be read
 */
export async function runFile(path: string): Promise<FileResult> {
  // The corpus is ours to trust; a file of another shape fails in its runner.
  const file = JSON.parse(await readFile(path, 'utf8')) as VectorFile;
  const family = file.family ?? familyOfName(basename(path));
  return runCases(family, file, await loadFamily(family));
}

/** `semver.json`, and also `semver.more.json` and `semver-2.json`, hold the family `semver`; the longest name wins. */
export function familyOfName(fileName: string): string {
  const stem = fileName.replace(/\.json$/, '');
  const fits = familyNames().filter((family) => stem === family || /^[^a-z0-9]/i.test(afterPrefix(stem, family)));
  return fits.sort((a, b) => b.length - a.length)[0] ?? stem;
}

function afterPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : '';
}

async function runCases(family: string, file: VectorFile, runner: FamilyRunner): Promise<FileResult> {
  const failed: FailedCase[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const kase of file.cases) {
    const outcome = await runCase(kase, file, runner);
    if ('thrown' in outcome && outcome.thrown instanceof SkippedCase) {
      skipped.push({ name: kase.name, why: outcome.thrown.message });
      continue;
    }
    const difference = compareOutcome(kase, outcome);
    if (difference !== undefined) failed.push({ name: kase.name, input: kase.input, ...difference });
  }
  return { family, passed: file.cases.length - failed.length - skipped.length, failed, skipped };
}

async function runCase(kase: VectorCase, file: VectorFile, runner: FamilyRunner): Promise<Outcome> {
  try {
    return { value: await runner(kase.input, kase, file) };
  } catch (thrown) {
    return { thrown };
  }
}
