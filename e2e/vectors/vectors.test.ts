import { corpusMissing, corpusPath } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { formatDifference } from './report.ts';
import { runFile } from './run-file.ts';

const families = [
  'semver',
  'image-policy',
  'setters',
  'commit-template',
  'envsubst',
  'sourceignore',
  'health',
  'health-cel',
  'yaml-scalars',
  'yaml-documents',
];

for (const family of families) {
  test(`vectors of ${family}`, async ({ skip }) => {
    const path = corpusPath(`vectors/${family}.json`);
    if (path === undefined) return skip(corpusMissing);
    const { passed, failed } = await runFile(path);
    expect(failed.map((difference) => formatDifference(family, difference)).join('\n')).toBe('');
    expect(passed).toBeGreaterThan(0);
  });
}
