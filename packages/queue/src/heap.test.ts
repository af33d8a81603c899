import { expect, test } from 'vitest';
import { Heap } from './heap.ts';

test('pops in order, whatever the order of pushes', () => {
  const heap = new Heap<number>((a, b) => a < b);
  const values = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503);
  for (const value of values) heap.push(value);
  expect(heap.peek()).toBe(Math.min(...values));
  expect(values.map(() => heap.pop())).toEqual(values.toSorted((a, b) => a - b));
  expect(heap.pop()).toBeUndefined();
  expect(heap.size).toBe(0);
});
