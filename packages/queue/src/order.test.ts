import { expect, test } from 'vitest';
import { NamespaceTags, orderNumber } from './order.ts';

test.each([
  { level: 'person', tagMs: 90_000, want: 1 },
  { level: 'change', tagMs: 0, want: 2 },
  { level: 'change', tagMs: 999, want: 2 },
  { level: 'change', tagMs: 1000, want: 3 },
  { level: 'interval', tagMs: 0, want: 32 },
  { level: 'change', tagMs: -5000, want: 2 }, // a clock that runs behind the epoch
  { level: 'interval', tagMs: 25 * 86_400_000, want: 2_097_151 }, // 24 days are the end
] as const)('$level at $tagMs ms is number $want', ({ level, tagMs, want }) => {
  expect(orderNumber(level, tagMs, 0)).toBe(want);
});

test('an interval entry is overtaken by the changes of 30 s and no more', () => {
  const interval = orderNumber('interval', 0, 0);
  expect(orderNumber('change', 29_999, 0)).toBeLessThan(interval);
  expect(orderNumber('change', 31_000, 0)).toBeGreaterThan(interval);
});

test('a busy namespace pushes only its own keys back', () => {
  const tags = new NamespaceTags();
  const add = (namespace: string): number => {
    const tagMs = tags.tag(namespace, 1000);
    tags.spend(namespace, tagMs, 1000);
    return tagMs;
  };
  expect([add('busy'), add('busy'), add('busy'), add('quiet')]).toEqual([1000, 1250, 1500, 1000]);
  expect(tags.tag('busy', 5000)).toBe(5000);
});
