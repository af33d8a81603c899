import { describe } from 'vitest';
import type { OpenQueue } from './behaviour/bench.ts';
import { describeControl } from './behaviour/control.ts';
import { describeDelays } from './behaviour/delays.ts';
import { describeEntries } from './behaviour/entries.ts';
import { describeFailures } from './behaviour/failures.ts';
import { describeHints } from './behaviour/hints.ts';
import { describeOrder } from './behaviour/order.ts';

export type { OpenQueue };

/**
 * What every driver of `WorkQueue` must do: the cases 1 to 42 of the queue's specification, and what a run is told.
 * @param open a fresh, empty queue that shares nothing with those opened before; the suite closes it
 */
export function describeWorkQueue(driver: string, open: OpenQueue): void {
  describe(driver, () => {
    describeEntries(open);
    describeDelays(open);
    describeFailures(open);
    describeOrder(open);
    describeControl(open);
    describeHints(open);
  });
}
