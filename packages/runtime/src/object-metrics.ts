import { findCondition } from '@sluice/api';
import type { Reconciled } from './kind.ts';
import { Computed, type Labels, type MetricsRegistry } from './metrics-registry.ts';
import type { MetricsSource } from './metrics.ts';

/** Series computed from the cached objects, so that those of a deleted object are gone with it. */
export function registerObjectMetrics(registry: MetricsRegistry, { kinds }: MetricsSource): void {
  const readyOf = ({ status }: Reconciled): string => findCondition(status?.conditions, 'Ready')?.status ?? 'Unknown';
  function* each(): Generator<{ readonly kind: MetricsSource['kinds'][number]; readonly object: Reconciled }> {
    for (const kind of kinds) for (const object of kind.objects()) yield { kind, object };
  }
  function* conditions(): Generator<[Labels, number]> {
    for (const { kind, object } of each()) {
      const { name, namespace = '' } = object.metadata;
      for (const status of ['True', 'False', 'Unknown']) {
        yield [[kind.kind, name, namespace, 'Ready', status], Number(readyOf(object) === status)];
      }
    }
  }
  function* suspended(): Generator<[Labels, number]> {
    for (const { kind, object } of each()) {
      const { name, namespace = '' } = object.metadata;
      yield [[kind.kind, name, namespace], Number(object.spec.suspend === true)];
    }
  }
  function* info(): Generator<[Labels, number]> {
    for (const { kind, object } of each()) {
      const { name, namespace = '' } = object.metadata;
      const labels = [kind.group, kind.version, kind.kind, namespace, name, readyOf(object)];
      yield [[...labels, String(object.spec.suspend === true), revisionOf(object)], 1];
    }
  }
  const objectLabels = ['kind', 'name', 'namespace'];
  registry.register(
    new Computed(
      'gauge',
      {
        name: 'gotk_reconcile_condition',
        help: 'The current condition Ready of an object.',
        labels: [...objectLabels, 'type', 'status'],
      },
      conditions,
    ),
  );
  registry.register(
    new Computed(
      'gauge',
      { name: 'gotk_suspend_status', help: 'Whether an object is suspended.', labels: objectLabels },
      suspended,
    ),
  );
  registry.register(
    new Computed(
      'gauge',
      {
        name: 'gotk_resource_info',
        help: 'The current state of an object.',
        labels: [
          'customresource_group',
          'customresource_version',
          'customresource_kind',
          'exported_namespace',
          'name',
          'ready',
          'suspended',
          'revision',
        ],
      },
      info,
    ),
  );
}

function revisionOf({ status }: Reconciled): string {
  const { lastAppliedRevision, artifact } = (status ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof lastAppliedRevision === 'string') return lastAppliedRevision;
  const revision = typeof artifact === 'object' && artifact !== null && 'revision' in artifact ? artifact.revision : '';
  return typeof revision === 'string' ? revision : '';
}
