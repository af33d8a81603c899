import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { checkFamily, familyNames, UsageError } from './families.ts';
import { printFailure, printResult } from './report.ts';
import { runFile, type FileResult } from './run-file.ts';

process.exitCode = await main(process.argv.slice(2));

/** Runs the named families or files, or all families when none is named; returns the exit code. */
async function main(names: readonly string[]): Promise<number> {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const path of vectorFiles(names)) {
      const result = await tryRunFile(path);
      totals.passed += result?.passed ?? 0;
      totals.failed += result?.failed.length ?? 1;
      totals.skipped += result?.skipped.length ?? 0;
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 ? 0 : 1;
}

/** The files to run, looked up before the first one runs. */
function vectorFiles(names: readonly string[]): string[] {
  return (names.length === 0 ? familyNames() : names).map(vectorFile);
}

function vectorFile(name: string): string {
  if (name.endsWith('.json')) {
    // npm runs scripts in the project's folder and tells where it was called.
    const path = resolve(process.env['INIT_CWD'] ?? '', name);
    if (!existsSync(path)) throw new UsageError(`there is no file '${path}'`);
    return path;
  }
  checkFamily(name);
  const path = corpusPath(`vectors/${name}.json`);
  if (path === undefined) throw new UsageError(`${corpusMissing}; the vectors lie in its folder vectors`);
  return path;
}

/** Runs and prints one file. @returns `undefined` when it could not be run, which has been printed */
async function tryRunFile(path: string): Promise<FileResult | undefined> {
  try {
    const result = await runFile(path);
    printResult(result);
    return result;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    printFailure(path, error);
    return undefined;
  }
}
