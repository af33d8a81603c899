import type { BuiltinResource } from '@sluice/kube-schema';
import type { KindRules } from './strategy.ts';
import { crdRules } from './crd.ts';
import { namespaceRules } from './namespace.ts';

const rules: Readonly<Record<string, KindRules>> = {
  '/namespaces': namespaceRules,
  '/pods': { generation: 'spec', returnsDeleted: true },
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'apps/deployments': { generation: 'specAndAnnotations' },
  'apps/replicasets': { generation: 'spec' },
  'apps/statefulsets': { generation: 'spec' },
  'apps/daemonsets': { generation: 'spec' },
};

export function rulesOf({ group, plural }: BuiltinResource): KindRules {
  return rules[`${group}/${plural}`] ?? {};
}
