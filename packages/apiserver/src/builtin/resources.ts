import { builtinResources, type BuiltinResource } from '@sluice/kube-schema';
import type { Column, Resource, Strategy } from '../registry/resource.ts';
import { createdAtColumns } from '../represent/table.ts';
import { networkColumns } from '../represent/columns/network.ts';
import { otherColumns } from '../represent/columns/others.ts';
import { storageColumns } from '../represent/columns/storage.ts';
import { workloadColumns } from '../represent/columns/workloads.ts';
import { rulesOf } from './rules.ts';
import { builtinStrategy } from './strategy.ts';

const columns = { ...workloadColumns, ...networkColumns, ...storageColumns, ...otherColumns };

/** Every built-in resource with the rules of its kind. */
export function createBuiltinResources(): Resource[] {
  return builtinResources().map(builtinResource);
}

function builtinResource(resource: BuiltinResource): Resource {
  // Made at its first use: most servers see objects of a few of the kinds only.
  let strategy: Strategy | undefined;
  return {
    ...resource,
    listKind: `${resource.kind}List`,
    custom: false,
    storageKey: storageKeyOf(resource),
    get strategy() {
      return (strategy ??= builtinStrategy(resource, rulesOf(resource)));
    },
    columns: columnsOf(resource),
  };
}

/** The same Events are served in two groups. */
function storageKeyOf({ group, plural }: BuiltinResource): string {
  return group === 'events.k8s.io' ? '/events' : `${group}/${plural}`;
}

function columnsOf(resource: BuiltinResource): readonly Column[] {
  const key = storageKeyOf(resource);
  return columns[key] ?? createdAtColumns;
}
