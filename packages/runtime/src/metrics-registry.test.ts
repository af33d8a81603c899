import { expect, test } from 'vitest';
import { Computed, Histogram, MetricsRegistry, Scalar, exponentialBounds } from './metrics-registry.ts';

test('renders the text format', async () => {
  const registry = new MetricsRegistry();
  const counter = registry.register(new Scalar('counter', { name: 'a_total', help: 'A.', labels: ['kind', 'name'] }));
  registry.register(new Scalar('gauge', { name: 'empty', help: 'No series.' }));
  const histogram = registry.register(new Histogram({ name: 'h_seconds', help: 'H.', labels: ['kind'] }, [0.1, 1]));
  registry.register(new Computed('gauge', { name: 'now', help: 'N.' }, () => [[[], 7]]));
  counter.inc(['App', 'x']);
  counter.inc(['App', 'x'], 2);
  counter.inc(['App', 'quote " back \\ line \n']);
  for (const value of [0.1, 0.5, 5]) histogram.observe(['App'], value);
  expect(await registry.render()).toBe(
    [
      '# HELP a_total A.',
      '# TYPE a_total counter',
      'a_total{kind="App",name="x"} 3',
      'a_total{kind="App",name="quote \\" back \\\\ line \\n"} 1',
      '# HELP h_seconds H.',
      '# TYPE h_seconds histogram',
      'h_seconds_bucket{kind="App",le="0.1"} 1',
      'h_seconds_bucket{kind="App",le="1"} 2',
      'h_seconds_bucket{kind="App",le="+Inf"} 3',
      'h_seconds_sum{kind="App"} 5.6',
      'h_seconds_count{kind="App"} 3',
      '# HELP now N.',
      '# TYPE now gauge',
      'now 7',
      '',
    ].join('\n'),
  );
});

test('removes the series of an object', () => {
  const counter = new Scalar('counter', { name: 'a_total', help: 'A.', labels: ['kind', 'name'] });
  counter.inc(['App', 'x']);
  counter.inc(['App', 'xy']);
  counter.remove(['App', 'x']);
  expect(counter.render()).not.toContain('"x"');
  expect(counter.render()).toContain('"xy"');
});

test('refuses a second metric of a name', () => {
  const registry = new MetricsRegistry();
  registry.register(new Scalar('gauge', { name: 'a', help: 'A.' }));
  expect(() => registry.register(new Scalar('gauge', { name: 'a', help: 'A.' }))).toThrow("'a'");
});

// source 20.14-219
test('the buckets of gotk_reconcile_duration_seconds are those of Flux', () => {
  const bounds = exponentialBounds(0.01, 1800, 10);
  const want = [0.01, 0.0384, 0.147, 0.565, 2.17, 8.31, 31.9, 122, 469, 1800];
  expect(bounds.map((bound) => Number(bound.toPrecision(3)))).toEqual(want);
});
