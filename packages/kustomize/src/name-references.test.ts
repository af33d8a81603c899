import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from './testing.ts';

const kinds: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  Secret: 'v1',
  Service: 'v1',
  ServiceAccount: 'v1',
  PersistentVolumeClaim: 'v1',
  PersistentVolume: 'v1',
  Deployment: 'apps/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  StorageClass: 'storage.k8s.io/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  ValidatingAdmissionPolicy: 'admissionregistration.k8s.io/v1',
};

const target = (kind: string) => `{apiVersion: ${kinds[kind]}, kind: ${kind}, metadata: {name: ref}}\n`;
const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: r}\nspec: ${spec}\n`;
const container = (field: string) => pod(`{containers: [{name: c, ${field}}], initContainers: [{name: i, ${field}}]}`);
const job = (spec: string) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: r}\nspec: {jobTemplate: {spec: {template: {spec: ${spec}}}}}\n`;

describe('name references', () => {
  test.each([
    // engine 83
    [
      'Deployment',
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: r}\nspec: {scaleTargetRef: {kind: Deployment, name: ref}}\n',
    ],
    ['ConfigMap', pod('{volumes: [{name: v, configMap: {name: ref}}]}')],
    ['ConfigMap', pod('{volumes: [{name: v, projected: {sources: [{configMap: {name: ref}}]}}]}')],
    ['ConfigMap', container('env: [{name: A, valueFrom: {configMapKeyRef: {name: ref, key: a}}}]')],
    ['ConfigMap', container('envFrom: [{configMapRef: {name: ref}}]')],
    ['ConfigMap', job('{volumes: [{name: v, configMap: {name: ref}}]}')],
    ['Secret', pod('{volumes: [{name: v, secret: {secretName: ref}}]}')],
    ['Secret', pod('{imagePullSecrets: [{name: ref}]}')],
    ['Secret', container('env: [{name: A, valueFrom: {secretKeyRef: {name: ref, key: a}}}]')],
    [
      'Secret',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: r, annotations: {nginx.ingress.kubernetes.io/auth-secret: ref}}\nspec: {}\n',
    ],
    [
      'Secret',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: r}\nspec: {tls: [{secretName: ref}]}\n',
    ],
    ['Secret', 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: r}\nimagePullSecrets: [{name: ref}]\n'],
    [
      'Secret',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{resourceNames: [ref]}]\n',
    ],
    [
      'Service',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: r}\nspec: {rules: [{http: {paths: [{backend: {service: {name: ref}}}]}}]}\n',
    ],
    ['Service', 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: r}\nspec: {serviceName: ref}\n'],
    [
      'Role',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ref}\n',
    ],
    [
      'ClusterRole',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: r}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ref}\n',
    ],
    ['ServiceAccount', pod('{serviceAccountName: ref}')],
    [
      'ServiceAccount',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nsubjects: [{kind: ServiceAccount, name: ref}]\n',
    ],
    ['PersistentVolumeClaim', pod('{volumes: [{name: v, persistentVolumeClaim: {claimName: ref}}]}')],
    ['PersistentVolume', 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: r}\nspec: {volumeName: ref}\n'],
    ['StorageClass', 'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: r}\nspec: {storageClassName: ref}\n'],
    ['PriorityClass', job('{priorityClassName: ref}')],
    [
      'ValidatingAdmissionPolicy',
      'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: r}\nspec: {policyName: ref}\n',
    ],
  ])('to a %s follow its name: %s', (kind, referrer) => {
    const text = buildText({
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\n',
      'r.yaml': `${target(kind)}---\n${referrer}`,
    });
    expect(text).not.toMatch(/[^-]\bref\b/);
    expect(text.match(/p-ref/g)?.length).toBeGreaterThan(1);
  });

  const layers = (base: string) => ({
    'o/kustomization.yaml': 'resources: [../x, ../y]\n',
    'x/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: x-\n',
    'y/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: y-\n',
    'x/r.yaml': base,
    'y/r.yaml': base,
  });

  test('stay inside the base that renamed them', () => {
    // engine 38
    const text = buildText(layers(`${configMap('cm')}---\n${pod('{volumes: [{name: v, configMap: {name: cm}}]}')}`));
    expect(text).toContain('name: x-r\nspec:\n  volumes:\n  - configMap:\n      name: x-cm\n');
    expect(text).toContain('name: y-r\nspec:\n  volumes:\n  - configMap:\n      name: y-cm\n');
  });

  test('reach over from an object without a prefix', () => {
    // engine 39
    const files = {
      'o/kustomization.yaml': 'resources: [../b, r.yaml]\n',
      'o/r.yaml': pod('{volumes: [{name: v, configMap: {name: cm}}]}'),
      'b/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\n',
      'b/r.yaml': configMap('cm'),
    };
    expect(buildText(files)).toContain('configMap:\n      name: p-cm\n');
  });

  test('several possible targets are an error', () => {
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{resourceNames: [cm]}]\n';
    const generated = ['one', 'two'].map((name) => `{name: cm, namespace: ${name}, literals: [a=${name}]}`);
    const files = {
      'kustomization.yaml': `resources: [r.yaml]\nconfigMapGenerator: [${generated.join(', ')}]\n`,
      'r.yaml': role,
    };
    expect(buildError(files)).toMatch(
      /found multiple possible referrals: ConfigMap\.v1\.\[noGrp\]\/cm-\w{10}\.one, ConfigMap\.v1\.\[noGrp\]\/cm-\w{10}\.two/,
    );
  });

  test('a ServiceAccount in another namespace is found by its subject', () => {
    const files = {
      'o/kustomization.yaml': 'resources: [../b, r.yaml]\n',
      'o/r.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r, namespace: here}\nsubjects: [{kind: ServiceAccount, name: sa, namespace: there}]\n',
      'b/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\n',
      'b/r.yaml': '{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: there}}',
    };
    expect(buildText(files)).toContain('- kind: ServiceAccount\n  name: p-sa\n  namespace: there\n');
  });

  test('a subject with a blank namespace is an error', () => {
    const binding =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nsubjects: [{kind: ServiceAccount, name: sa, namespace: }]\n';
    expect(buildError({ 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': binding })).toBe(
      'Invalid Input: namespace is blank for resource "RoleBinding.v1.rbac.authorization.k8s.io/r.[noNs]"\n',
    );
  });

  test('three layers of prefix, suffix and namespace', () => {
    // engine 37
    const { resources } = build({
      'o/kustomization.yaml':
        'resources: [../m]\nnamePrefix: o-\npatches: [{target: {name: r}, patch: "- {op: add, path: /spec/x, value: 1}"}]\n',
      'm/kustomization.yaml': 'resources: [../b]\nnameSuffix: -m\nnamespace: nn\n',
      'b/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: b-\n',
      'b/r.yaml': `${configMap('cm')}---\n${pod('{volumes: [{name: v, configMap: {name: cm}}]}')}`,
    });
    expect(resources.map(({ name, namespace }) => `${namespace}/${name}`)).toEqual(['nn/o-b-cm-m', 'nn/o-b-r-m']);
    expect(resources[1]?.toData()).toMatchObject({ spec: { volumes: [{ configMap: { name: 'o-b-cm-m' } }], x: 1 } });
  });
});
