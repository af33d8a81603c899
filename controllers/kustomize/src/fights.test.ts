import { expect, test } from 'vitest';
import { Fights } from './fights.ts';

const interval = 10_000;

test('after four at once, corrections in a row come later and later, up to the interval', () => {
  const fights = new Fights();
  let now = 0;
  const delays = Array.from({ length: 11 }, () => {
    const delay = fights.delay('a', now, interval);
    now += delay + 100;
    return delay;
  });
  expect(delays).toEqual([0, 0, 0, 0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test('an object that was calm starts anew, and others are not concerned', () => {
  const fights = new Fights();
  for (const now of [0, 10, 20, 30]) fights.delay('a', now, interval);
  expect(fights.delay('a', 100, interval)).toBe(1000);
  expect(fights.delay('b', 100, interval)).toBe(0);
  expect(fights.isFought('a')).toBe(false);
  expect(fights.delay('a', 1200, interval)).toBe(2000);
  expect(fights.isFought('a')).toBe(true);
  expect(fights.delay('a', 200_000, interval)).toBe(0);
  expect(fights.isFought('a')).toBe(false);
});
