/** Most requests that one run has in flight. */
export const maxInFlight = 16;

/**
 * `work` for each item, at most `maxInFlight` at a time, begun in order. After a failure none is begun any more; those
 * that run come to their end first.
 * @throws the first failure
 */
export async function forEachLimited<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let isStopped = false;
  const runOne = async (): Promise<void> => {
    for (const item of queue) {
      if (isStopped) return;
      try {
        await work(item);
      } catch (error) {
        isStopped = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(maxInFlight, items.length) }, runOne);
  const results = await Promise.allSettled(workers);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
