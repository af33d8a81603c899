import { goRegexp, type Pattern } from './go-regexp.ts';
import { effectiveNamespace, type Gvk } from './gvk.ts';
import type { SelectorEntry } from './kustomization/types.ts';
import { parseLabelSelector, type LabelSelector } from './label-selector.ts';
import type { Resource } from './resource.ts';

/** A selector whose expressions are anchored at both ends; an empty part matches everything (engine §9.2). */
export interface SelectorPatterns {
  readonly gvk: (gvk: Gvk) => boolean;
  readonly name: (name: string) => boolean;
  readonly namespace: (namespace: string) => boolean;
  /** Labels and annotations. */
  readonly metadata: (resource: Resource) => boolean;
}

/** @throws KustomizeError for an invalid expression */
export function selectorPatterns(entry: SelectorEntry): SelectorPatterns {
  const group = anchored(entry.group);
  const version = anchored(entry.version);
  const kind = anchored(entry.kind);
  const name = anchored(entry.name);
  const namespace = anchored(entry.namespace);
  const metadata = metadataSelector(entry);
  return {
    gvk: (gvk) => matches(group, gvk.group) && matches(version, gvk.version) && matches(kind, gvk.kind),
    name: (text) => matches(name, text),
    namespace: (text) => matches(namespace, text),
    metadata,
  };
}

/** The resources that a patch's `target` selects, by their original or current names. */
export function select(resources: readonly Resource[], entry: SelectorEntry): Resource[] {
  const patterns = selectorPatterns(entry);
  return resources.filter((resource) => {
    if (!patterns.gvk(resource.gvk)) return false;
    const current = resource.currentId();
    const original = resource.previousIds()[0] ?? current;
    return (
      (patterns.namespace(effectiveNamespace(original)) || patterns.namespace(effectiveNamespace(current))) &&
      (patterns.name(original.name) || patterns.name(current.name)) &&
      patterns.metadata(resource)
    );
  });
}

export function metadataSelector({
  labelSelector = '',
  annotationSelector = '',
}: SelectorEntry): (resource: Resource) => boolean {
  // Parsed when first needed: a selector that no resource comes to is not judged.
  let labels: LabelSelector | undefined;
  let annotations: LabelSelector | undefined;
  return (resource) => {
    if (labelSelector !== '' && !(labels ??= parseLabelSelector(labelSelector))(resource.labels())) return false;
    return (
      annotationSelector === '' || (annotations ??= parseLabelSelector(annotationSelector))(resource.annotations())
    );
  };
}

function anchored(text: string | undefined): Pattern | undefined {
  return text === undefined || text === '' ? undefined : goRegexp(`^(?:${text})$`);
}

function matches(pattern: Pattern | undefined, text: string): boolean {
  return pattern === undefined || pattern.test(text);
}
