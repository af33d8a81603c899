import { gvkOf, type KubeObject, type KustomizationSpec } from '@sluice/api';
import { goRegexp, parseLabelSelector } from '@sluice/kustomize';
import { Stop } from './stop.ts';

type Rules = NonNullable<KustomizationSpec['ignore']>;
type Target = NonNullable<Rules[number]['target']>;
type Matches = (object: KubeObject) => boolean;

/**
 * Which fields of an object others may change, as JSON pointers: those of all rules whose target it is.
 * @throws Stop for an invalid selector @see spec kustomization-controller §11.6
 */
export function ignoredFieldsOf(rules: Rules): (object: KubeObject) => readonly string[] {
  const compiled = rules.map(({ paths, target }) => ({ paths, matches: compileTarget(target ?? {}) }));
  return (object) => compiled.flatMap(({ paths, matches }) => (matches(object) ? paths : []));
}

function compileTarget({ labelSelector, annotationSelector, ...patterns }: Target): Matches {
  const fields = (['group', 'version', 'kind', 'name', 'namespace'] as const).map((field) => {
    const pattern = patterns[field];
    if (pattern === undefined || pattern === '') return () => true;
    const compiled = compile(`${field} regex`, () => goRegexp(`^(?:${pattern})$`));
    return (object: KubeObject) => compiled.test(fieldOf(object, field));
  });
  const marks = [
    { selector: labelSelector, field: 'labels', what: 'label selector' },
    { selector: annotationSelector, field: 'annotations', what: 'annotation selector' },
  ] as const;
  const selectors = marks.map(({ selector, field, what }) => {
    if (selector === undefined || selector === '') return () => true;
    const compiled = compile(what, () => parseLabelSelector(selector));
    return ({ metadata }: KubeObject) => compiled(new Map(Object.entries(metadata[field] ?? {})));
  });
  return (object) => [...fields, ...selectors].every((matches) => matches(object));
}

function fieldOf(object: KubeObject, field: 'group' | 'version' | 'kind' | 'name' | 'namespace'): string {
  if (field === 'name' || field === 'namespace') return object.metadata[field] ?? '';
  return gvkOf(object)[field];
}

function compile<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Stop('ReconciliationFailed', `failed to create ignore rule selector: invalid ${what}: ${text}`, {
      cause,
    });
  }
}
