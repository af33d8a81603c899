import { KustomizeError } from '../errors.ts';
import { applyFieldSpec, type FieldSpec } from '../field-spec.ts';
import { gvkSelected, gvkText } from '../gvk.ts';
import type { ReplicaEntry } from '../kustomization/types.ts';
import { setText } from '../tree.ts';
import type { Transformer } from './transformer.ts';

/** One entry of `replicas`: found by any name that the resource had (engine §9.7b). */
export function replicasTransformer({ name = '', count = 0 }: ReplicaEntry, specs: readonly FieldSpec[]): Transformer {
  return (resources) => {
    let found = false;
    for (const spec of specs) {
      for (const resource of resources.matchingAnyId((id) => id.name === name && gvkSelected(id, spec))) {
        found = true;
        const set = (node: Parameters<typeof setText>[0]) => setText(node, String(count), '!!int');
        applyFieldSpec(resource, spec, { set, createAs: 'scalar', createTag: '!!int' });
      }
    }
    if (found) return;
    const kinds = specs.map(gvkText).join(' ');
    throw new KustomizeError(`resource with name ${name} does not match a config with the following GVK [${kinds}]`);
  };
}
