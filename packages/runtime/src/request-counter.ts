import type { RequestOutcome } from '@sluice/kube';
import { Scalar, type MetricsRegistry } from './metrics-registry.ts';

/** Registers `rest_client_requests_total`. @returns what `connectKube` tells of each request */
export function requestCounter(registry: MetricsRegistry): (outcome: RequestOutcome) => void {
  const counter = registry.register(
    new Scalar('counter', {
      name: 'rest_client_requests_total',
      help: 'Requests to the Kubernetes API by status code, method and host.',
      labels: ['code', 'host', 'method'],
    }),
  );
  return ({ code, host, method }) => counter.inc([code, host, method]);
}
