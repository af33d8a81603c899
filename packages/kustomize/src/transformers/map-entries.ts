import { compareBytes } from '../go-text.ts';
import { applyFieldSpecs, type FieldSpec } from '../field-spec.ts';
import { ScalarNode, setField } from '../tree.ts';
import type { Transformer } from './transformer.ts';

/**
 * Sets string entries in maps: labels, selectors and annotations (engine §9.5, §9.6). All places of one resource that
 * did not have a key get the same node, so what later changes one of them changes all (engine §5.4).
 */
export function mapEntriesTransformer(
  entries: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
): Transformer {
  const keys = Object.keys(entries).sort(compareBytes);
  return (resources) => {
    if (keys.length === 0) return;
    for (const resource of resources.list) {
      for (const key of keys) {
        const shared = new ScalarNode(entries[key] ?? '', '!!str');
        const set = (node: Parameters<typeof setField>[0]) => setField(node, key, shared);
        applyFieldSpecs(resource, specs, { set, createAs: 'mapping', createTag: '!!map' });
      }
    }
    resources.dropEmpty();
  };
}
