import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from './clock.ts';
import { Computed, type MetricsRegistry } from './metrics-registry.ts';

/** The process itself, under the names that Prometheus clients share, and how late its event loop runs. */
export function registerProcessMetrics(registry: MetricsRegistry, clock: Clock): void {
  const startSeconds = clock.now().getTime() / 1000 - process.uptime();
  const lag = monitorEventLoopDelay({ resolution: 100 });
  lag.enable();
  const one = (type: 'counter' | 'gauge', name: string, help: string, read: () => number) =>
    registry.register(new Computed(type, { name, help }, () => [[[], read()]]));
  one('gauge', 'process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  one('gauge', 'process_start_time_seconds', 'When the process started.', () => startSeconds);
  one('counter', 'process_cpu_seconds_total', 'Processor time, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  one('gauge', 'nodejs_eventloop_lag_p50_seconds', 'How late timers run: half of them.', () =>
    seconds(lag.percentile(50)),
  );
  one('gauge', 'nodejs_eventloop_lag_p99_seconds', 'How late timers run: the 99th of 100.', () =>
    seconds(lag.percentile(99)),
  );
  // Last, since reading it starts a new period.
  one('gauge', 'nodejs_eventloop_lag_max_seconds', 'How late timers run: the latest since last asked.', () => {
    const max = seconds(lag.max);
    lag.reset();
    return max;
  });
}

/** The histogram counts the sampling period of 100 ms as part of each delay. */
function seconds(nanoseconds: number): number {
  return Math.max(0, (nanoseconds || 0) / 1e9 - 0.1);
}
