import type { Random } from './random.ts';
import { flowValues, labelKeys, labelValues, names, namespaces, scalars } from './words.ts';
import type { Tree } from './yaml-text.ts';

/** An object of a cluster as it will be printed. */
export type ObjectTree = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string | undefined;
    readonly [key: string]: Tree | undefined;
  };
  readonly [key: string]: Tree | undefined;
};

const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['extensions/v1beta1', 'Deployment'],
  ['batch/v1', 'CronJob'],
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'ServiceAccount'],
  ['v1', 'Namespace'],
  ['v1', 'PersistentVolume'],
  ['v1', 'PersistentVolumeClaim'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
  ['example.org/v1', 'Widget'],
];

/** @param taken `kind/name` of what there is already; most ids are kept apart, as clashes only ever end in one error */
export function randomObject(random: Random, taken: Set<string>): ObjectTree {
  let [apiVersion, kind] = random.pick(kinds);
  let name = random.pick(names);
  for (let tries = 0; tries < 20 && taken.has(`${kind}/${name}`); tries++) {
    [apiVersion, kind] = random.pick(kinds);
    name = random.pick(names);
  }
  taken.add(`${kind}/${name}`);
  const metadata = {
    name,
    namespace: random.maybe(0.25, () => random.pick(namespaces)),
    labels: random.maybe(0.4, () => labels(random)),
    annotations: random.maybe(0.3, () => values(random, 2)),
    finalizers: random.maybe(0.04, () => ['a.b/c']),
  };
  return { apiVersion, kind, metadata, ...bodyOf(kind, random) };
}

export function labels(random: Random): Tree {
  return Object.fromEntries(random.list(0, 2, () => [random.pick(labelKeys), random.pick(labelValues)]));
}

export function values(random: Random, most: number): Tree {
  const keys = ['a', 'b', 'app', '"x"', 'z.y/k', 'key.yaml', 'n1'];
  return Object.fromEntries(random.list(0, most, () => [random.pick(keys), random.pick(scalars)]));
}

export function anyValue(random: Random): Tree {
  return random.chance(0.8) ? random.pick(scalars) : random.pick(flowValues);
}

type Body = Readonly<Record<string, Tree | undefined>>;

const bodies: Readonly<Record<string, (random: Random) => Body>> = {
  Deployment: (random) => ({
    spec: {
      replicas: random.maybe(0.5, () => random.int(4)),
      selector: random.maybe(0.8, () => ({ matchLabels: labels(random) })),
      template: template(random),
    },
  }),
  StatefulSet: (random) => ({
    spec: {
      serviceName: random.maybe(0.5, () => random.pick(['web', 'db'])),
      selector: { matchLabels: labels(random) },
      template: template(random),
      volumeClaimTemplates: random.maybe(0.4, () => [{ metadata: { name: 'd' }, spec: { storageClassName: 'fast' } }]),
    },
  }),
  Job: (random) => ({ spec: { template: template(random) } }),
  CronJob: (random) => ({ spec: { schedule: '"0 1 * * *"', jobTemplate: { spec: { template: template(random) } } } }),
  Pod: (random) => ({ spec: podSpec(random) }),
  Service: (random) => ({
    spec: {
      selector: random.maybe(0.8, () => labels(random)),
      type: random.maybe(0.2, () => random.pick(scalars)),
      ports: random.maybe(0.8, () =>
        random.list(1, 3, () => ({
          name: random.maybe(0.3, () => random.pick(['http', 'dns'])),
          port: random.pick([80, 443, '"80"']),
          protocol: random.maybe(0.5, () => random.pick(['TCP', 'UDP'])),
          targetPort: random.maybe(0.5, () => random.pick([8080, 'http', '"80"'])),
        })),
      ),
    },
  }),
  ConfigMap: (random) => ({
    data: random.maybe(0.9, () => values(random, 4)),
    binaryData: random.maybe(0.05, () => ({ b: 'aGk=' })),
    immutable: random.maybe(0.1, () => true),
  }),
  Secret: (random) => ({
    type: random.maybe(0.5, () => 'Opaque'),
    data: random.maybe(0.6, () => ({ a: 'Yg==' })),
    stringData: random.maybe(0.4, () => values(random, 2)),
  }),
  RoleBinding: (random) => binding(random),
  ClusterRoleBinding: (random) => binding(random),
  Role: () => ({
    rules: [{ apiGroups: ['""'], resources: ['secrets'], resourceNames: ['sec', 'cfg'], verbs: ['get'] }],
  }),
  ClusterRole: () => ({
    rules: [{ apiGroups: ['""'], resources: ['configmaps'], resourceNames: ['cfg'], verbs: ['"*"'] }],
  }),
  Ingress: (random) => ({
    spec: {
      tls: random.maybe(0.5, () => [{ secretName: 'sec', hosts: ['a.b'] }]),
      rules: [
        {
          host: 'a.b',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ],
    },
  }),
  NetworkPolicy: (random) => ({
    spec: {
      podSelector: { matchLabels: labels(random) },
      ingress: [{ from: [{ podSelector: { matchLabels: labels(random) } }] }],
    },
  }),
  HorizontalPodAutoscaler: () => ({
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  }),
  PodDisruptionBudget: (random) => ({ spec: { selector: { matchLabels: labels(random) } } }),
  ValidatingWebhookConfiguration: (random) => ({
    webhooks: [{ name: 'a.b.c', clientConfig: { service: { name: 'web', namespace: random.pick(namespaces) } } }],
  }),
  Widget: (random) => ({
    spec: {
      image: random.maybe(0.5, () => 'nginx:1'),
      template: random.maybe(0.3, () => template(random)),
      containers: random.maybe(0.3, () => [container(random)]),
      list: random.maybe(0.5, () => random.list(0, 3, () => anyValue(random))),
      v: anyValue(random),
      m: values(random, 3),
    },
  }),
};

function bodyOf(kind: string, random: Random): Body {
  return bodies[kind]?.(random) ?? { spec: { a: anyValue(random) } };
}

function binding(random: Random): Body {
  return {
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: random.pick(['Role', 'ClusterRole']),
      name: random.pick(['web', 'api']),
    },
    subjects: random.list(0, 2, () => ({
      kind: 'ServiceAccount',
      name: random.pick(['default', 'api', 'web']),
      namespace: random.maybe(0.7, () => random.pick(namespaces)),
    })),
  };
}

function template(random: Random): Tree {
  return {
    metadata: random.maybe(0.8, () => ({
      labels: labels(random),
      annotations: random.maybe(0.2, () => values(random, 1)),
    })),
    spec: podSpec(random),
  };
}

function podSpec(random: Random): Tree {
  return {
    containers: random.maybe(0.95, () => random.list(1, 2, () => container(random))),
    initContainers: random.maybe(0.2, () => [container(random)]),
    volumes: random.maybe(0.4, () => random.list(1, 2, () => volume(random))),
    serviceAccountName: random.maybe(0.2, () => random.pick(['api', 'web', 'default'])),
    imagePullSecrets: random.maybe(0.1, () => [{ name: 'sec' }]),
    nodeSelector: random.maybe(0.1, () => values(random, 1)),
    tolerations: random.maybe(0.1, () => [{ key: 'a' }, { key: 'b', operator: 'Exists' }]),
    hostAliases: random.maybe(0.05, () => [{ ip: '1.1.1.1', hostnames: ['a'] }]),
    topologySpreadConstraints: random.maybe(0.1, () => [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: labels(random) },
      },
    ]),
  };
}

const images = ['nginx', 'nginx:1.2', 'reg.io:5000/a/nginx:v1@sha256:abc', 'redis@sha256:1', 'busybox:1', '""', '5'];

function container(random: Random): Tree {
  return {
    name: random.maybe(0.97, () => random.pick(['web', 'side', 'x'])),
    image: random.maybe(0.85, () => random.pick(images)),
    ports: random.maybe(0.3, () =>
      random.list(1, 3, () => ({
        containerPort: random.pick([80, 8080, 443, '"80"']),
        protocol: random.maybe(0.4, () => random.pick(['TCP', 'UDP'])),
        name: random.maybe(0.4, () => random.pick(['http', 'dns'])),
      })),
    ),
    env: random.maybe(0.4, () => random.list(1, 3, () => variable(random))),
    envFrom: random.maybe(0.2, () => [{ configMapRef: { name: 'cfg' } }, { secretRef: { name: 'sec' } }]),
    args: random.maybe(0.2, () => ['--x', '"5"', '"$(V)"']),
    volumeMounts: random.maybe(0.3, () =>
      random.list(1, 2, () => ({ name: 'v', mountPath: random.pick(['/a', '/b']) })),
    ),
    resources: random.maybe(0.2, () => ({ limits: { cpu: random.pick([1, '"1"', '500m']) } })),
    imagePullPolicy: random.maybe(0.1, () => random.pick(scalars)),
  };
}

function variable(random: Random): Tree {
  const name = random.pick(['A', 'B', 'C']);
  if (random.chance(0.6)) return { name, value: random.pick(scalars) };
  const [field, ref] = random.pick([
    ['configMapKeyRef', 'cfg'],
    ['secretKeyRef', 'sec'],
  ] as const);
  return { name, valueFrom: { [field]: { name: ref, key: 'a' } } };
}

function volume(random: Random): Tree {
  const name = random.pick(['v', 'w']);
  return random.pick<Tree>([
    { name, configMap: { name: random.pick(['cfg', 'api']) } },
    { name, secret: { secretName: 'sec' } },
    { name, persistentVolumeClaim: { claimName: 'db' } },
    { name, projected: { sources: [{ configMap: { name: 'cfg' } }, { secret: { name: 'sec' } }] } },
    { name, emptyDir: {} },
  ]);
}
