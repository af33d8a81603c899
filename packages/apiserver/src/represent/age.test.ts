import { expect, test } from 'vitest';
import { formatAge } from './age.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

// kube-api A-34
test.each([
  [59, '59s'],
  [119, '119s'],
  [120, '2m'],
  [185, '3m5s'],
  [599, '9m59s'],
  [10 * minute, '10m'],
  [179 * minute, '179m'],
  [3 * hour + 5 * minute, '3h5m'],
  [47 * hour, '47h'],
  [49 * hour, '2d1h'],
  [8 * day, '8d'],
  [3 * 365 * day, '3y'],
  [-0.5, '0s'],
  [-5, '<invalid>'],
])('%d s is %s', (seconds, want) => {
  const now = new Date('2026-11-21T12:00:00Z');
  expect(formatAge(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(want);
});

test('no time is unknown', () => {
  expect(formatAge(undefined, new Date())).toBe('<unknown>');
});
