import { applyFieldSpec, type FieldSpec } from '../field-spec.ts';
import { gvkSelected, type Gvk, type ResId } from '../gvk.ts';
import { setText, textOf } from '../tree.ts';
import type { Transformer } from './transformer.ts';

/** `namePrefix` (engine §9.4). */
export function prefixTransformer(prefix: string, specs: readonly FieldSpec[]): Transformer {
  return renameTransformer({
    text: prefix,
    specs,
    rename: (name) => prefix + name,
    note: (resource) => resource.addPrefix(prefix),
  });
}

/** `nameSuffix` (engine §9.4). */
export function suffixTransformer(suffix: string, specs: readonly FieldSpec[]): Transformer {
  return renameTransformer({
    text: suffix,
    specs,
    rename: (name) => name + suffix,
    note: (resource) => resource.addSuffix(suffix),
  });
}

interface Rename {
  readonly text: string;
  readonly specs: readonly FieldSpec[];
  readonly rename: (name: string) => string;
  readonly note: (resource: { addPrefix(text: string): void; addSuffix(text: string): void }) => void;
}

function renameTransformer({ text, specs, rename, note }: Rename): Transformer {
  return (resources) => {
    for (const resource of resources.list) {
      const id = resource.originalId();
      if (keepsName(id)) continue;
      for (const spec of specs) {
        if (!gvkSelected(id, spec)) continue;
        if (spec.path === 'metadata/name') {
          note(resource);
          if (text !== '') resource.pushPreviousId();
        }
        const set = (node: Parameters<typeof setText>[0]) => setText(node, rename(textOf(node)));
        applyFieldSpec(resource, spec, { set, createAs: 'scalar', createTag: '!!str' });
      }
    }
  };
}

/** Names that mean something outside of the build. */
const fixedNames: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
];

function keepsName(id: ResId): boolean {
  return fixedNames.some((gvk) => gvkSelected(id, gvk));
}
