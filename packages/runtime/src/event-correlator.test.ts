import { expect, test } from 'vitest';
import { EventCorrelator, type EventIdentity } from './event-correlator.ts';

function event(message: string, name = 'app'): EventIdentity {
  return { component: 'c', object: ['v1', 'App', 'default', name, 'uid'], type: 'Warning', reason: 'Failed', message };
}

test('an equal event is counted on the stored one', () => {
  const correlator = new EventCorrelator();
  const first = correlator.correlate(event('no'), 0)!;
  expect(first).toMatchObject({ message: 'no', stored: undefined });
  const stored = { name: 'app.1', firstTimestamp: 't', count: 1 };
  correlator.remember(first.key, stored);
  expect(correlator.correlate(event('no'), 1000)!.stored).toBe(stored);
  expect(correlator.correlate(event('other'), 1000)!.stored).toBeUndefined();
  correlator.remember(first.key, undefined);
  expect(correlator.correlate(event('no'), 1000)!.stored).toBeUndefined();
});

test('from the tenth message of one reason on they are combined, for ten minutes', () => {
  const correlator = new EventCorrelator();
  const messages = Array.from({ length: 12 }, (_, i) => correlator.correlate(event(`no ${i}`), i)!);
  expect(messages[8]!.message).toBe('no 8');
  expect(messages[9]!.message).toBe('(combined from similar events): no 9');
  expect(messages[11]!.key).toBe(messages[9]!.key);
  expect(correlator.correlate(event('later'), 700_000)!.message).toBe('later');
});

test('an object has 25 events at once and one more each five minutes', () => {
  const correlator = new EventCorrelator();
  const sent = Array.from({ length: 30 }, () => correlator.correlate(event('no'), 0)).filter(
    (one) => one !== undefined,
  );
  expect(sent).toHaveLength(25);
  expect(correlator.correlate(event('no', 'other'), 0)).toBeDefined();
  expect(correlator.correlate(event('no'), 299_000)).toBeUndefined();
  expect(correlator.correlate(event('no'), 301_000)).toBeDefined();
});
