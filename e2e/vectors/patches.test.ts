import { corpusMissing, corpusPath } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { formatDifference } from './report.ts';
import { runFile } from './run-file.ts';

test('every recorded strategic merge comes out as kubectl prints it', async ({ skip }) => {
  const path = corpusPath('vectors/smp-local.json');
  if (path === undefined) return skip(corpusMissing);
  const { passed, failed } = await runFile(path);
  expect(failed.map((difference) => formatDifference('smp-local', difference)).join('\n')).toBe('');
  expect(passed).toBeGreaterThan(0);
});
