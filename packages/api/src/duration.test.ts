import { expect, test } from 'vitest';
import { formatDuration, tryParseDuration } from './duration.ts';

test.each([
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['100ms', 100],
  ['0', 0],
  ['.5s', 500],
  ['', undefined],
  ['5', undefined],
  ['1d', undefined],
  ['5m ', undefined],
])('%s is %s ms', (text, ms) => {
  expect(tryParseDuration(text)).toBe(ms);
});

test.each([
  [0, '0s'],
  [176.163666, '176.163666ms'],
  [0.0125, '12.5µs'],
  [1500, '1.5s'],
  [270_000, '4m30s'],
  [600_000, '10m0s'],
  [3_600_000, '1h0m0s'],
  [3_723_500, '1h2m3.5s'],
])('%s ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
