import type { KubeObject } from '@sluice/api';
import { invalidValue, required, type FieldError } from '../errors.ts';
import { isRecord, listOf, recordOf, stringOf } from '../json.ts';
import type { KindRules } from './strategy.ts';

export function ingressRules(): KindRules {
  // An empty list is not part of an object, but Go still tells it from none where a message prints it.
  const emptied = new WeakSet<object>();
  return {
    generation: 'spec',
    decoded: (body, draft) => {
      const { rules } = recordOf(body.spec);
      if (Array.isArray(rules) && rules.length === 0) emptied.add(draft);
    },
    validate: (object) => validateIngress(object, emptied.has(object) ? [] : null),
  };
}

function validateIngress(object: KubeObject, noRules: [] | null): FieldError[] {
  const spec = recordOf(object.spec);
  const rules = listOf(spec.rules);
  if (rules.length === 0 && !isRecord(spec.defaultBackend)) {
    return [invalidValue('spec', noRules, 'either `defaultBackend` or `rules` must be specified')];
  }
  return rules.flatMap((rule, r) =>
    listOf(recordOf(recordOf(rule).http).paths).flatMap((path, p) => {
      if (stringOf(recordOf(path).pathType) !== '') return [];
      return [required(`spec.rules[${r}].http.paths[${p}].pathType`, 'pathType must be specified')];
    }),
  );
}
