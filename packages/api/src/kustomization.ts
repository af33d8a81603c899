import {
  ageColumn,
  conditionsSchema,
  durationPattern,
  lastHandledReconcileAtSchema,
  localReference,
  observedGenerationSchema,
  readyColumns,
  unobserved,
  type KindSchema,
} from './kind-schema.ts';
import type { KubeObject } from './meta.ts';
import { array, boolean, int64, map, object, oneOf, optional, string, type Static } from './schema.ts';

const duration = (description: string) => string(description, { pattern: durationPattern });

const selector = (description: string) =>
  object(description, {
    group: optional(string('API group, as an anchored regular expression.')),
    version: optional(string('API version, as an anchored regular expression.')),
    kind: optional(string('Kind, as an anchored regular expression.')),
    name: optional(string('Name, as an anchored regular expression.')),
    namespace: optional(string('Namespace, as an anchored regular expression.')),
    labelSelector: optional(string('Label selector, such as app=web,tier!=cache.')),
    annotationSelector: optional(string('The same for annotations.')),
  });

const spec = object('Which objects to apply, from where, and what to do with them.', {
  sourceRef: object('The source whose artifact holds the manifests.', {
    apiVersion: optional(string('Accepted and not used.')),
    kind: oneOf('Kind of the source.', ['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact']),
    name: string('Name of the source.'),
    namespace: optional(string('Namespace of the source; that of the Kustomization by default.')),
  }),
  path: optional(
    string('Folder in the artifact; its root by default. A kustomization.yaml is made up where there is none.'),
  ),
  interval: duration('How often the objects are compared with the source, besides every change that is seen.'),
  retryInterval: optional(duration('Time to the next attempt after a failure; the interval by default.')),
  timeout: optional(duration('Time limit of the health checks; the interval less 30s by default, at least 30s.')),
  prune: boolean('Deletes objects that are no longer in the source.'),
  deletionPolicy: optional(
    oneOf('What happens to the objects when the Kustomization is deleted: as prune says (MirrorPrune) by default.', [
      'MirrorPrune',
      'Delete',
      'WaitForTermination',
      'Orphan',
    ]),
  ),
  suspend: optional(boolean('Stops applying until it is false again.')),
  dependsOn: optional(
    array(
      'Kustomizations that must be ready first.',
      object('One Kustomization that must be ready first.', {
        name: string('Name of the Kustomization.'),
        namespace: optional(string('Its namespace; the same by default.')),
        readyExpr: optional(string('CEL expression over dep and self that says when it is ready.')),
      }),
    ),
  ),
  serviceAccountName: optional(string('ServiceAccount that the objects are applied as.')),
  kubeConfig: optional(
    object(
      'Another cluster to apply to.',
      {
        secretRef: optional(
          object('Secret with a kubeconfig.', {
            name: string('Name of the Secret.'),
            key: optional(string('Key in the Secret; value or value.yaml by default.')),
          }),
        ),
        configMapRef: optional(localReference('ConfigMap that says how to authenticate to the cluster.')),
      },
      {
        'x-kubernetes-validations': [
          {
            rule: 'has(self.configMapRef) || has(self.secretRef)',
            message: 'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified',
          },
          {
            rule: '!has(self.configMapRef) || !has(self.secretRef)',
            message: 'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified',
          },
        ],
      },
    ),
  ),
  targetNamespace: optional(
    string('Namespace that all namespaced objects are put into.', { minLength: 1, maxLength: 63 }),
  ),
  namePrefix: optional(string('Put before the names of all objects.', { minLength: 1, maxLength: 200 })),
  nameSuffix: optional(string('Put after the names of all objects.', { minLength: 1, maxLength: 200 })),
  commonMetadata: optional(
    object('Labels and annotations for every object. Selectors and pod templates are left alone.', {
      labels: optional(map('Labels to set.', string('Value of the label.'))),
      annotations: optional(map('Annotations to set.', string('Value of the annotation.'))),
    }),
  ),
  patches: optional(
    array(
      'Patches, applied after those of the kustomization.yaml.',
      object('One patch.', {
        patch: string('Strategic merge patch or JSON 6902 patch, as YAML.'),
        target: optional(selector('Objects to patch; those that the patch names by default.')),
      }),
    ),
  ),
  images: optional(
    array(
      'Images to replace.',
      object('One image to replace.', {
        name: string('Name of the image without its tag.'),
        newName: optional(string('New name.')),
        newTag: optional(string('New tag.')),
        digest: optional(string('New digest. Replaces the tag.')),
      }),
    ),
  ),
  components: optional(array('Kustomize components to add.', string('Relative path of a component.'))),
  ignoreMissingComponents: optional(boolean('Leaves out components whose folder does not exist.')),
  buildMetadata: optional(
    array(
      'Annotations about the origin of objects; replaces the list of the kustomization.yaml.',
      oneOf('Kind of annotation.', ['originAnnotations', 'transformerAnnotations']),
    ),
  ),
  postBuild: optional(
    object('What is done with the built manifests before they are applied.', {
      substituteStrategy: optional(
        oneOf('Whether manifests are read when there is no variable at all: WithVariables (default) or Always.', [
          'WithVariables',
          'Always',
        ]),
      ),
      substitute: optional(map('Variables. They win over those of substituteFrom.', string('Value of the variable.'))),
      substituteFrom: optional(
        array(
          'ConfigMaps and Secrets with variables; later ones win.',
          object('One ConfigMap or Secret with variables.', {
            kind: oneOf('Kind of the object.', ['Secret', 'ConfigMap']),
            name: string('Name of the object, in the same namespace.', { minLength: 1, maxLength: 253 }),
            optional: optional(boolean('Goes on when the object does not exist.', { default: false })),
          }),
        ),
      ),
    }),
  ),
  decryption: optional(
    object('How encrypted files are decrypted.', {
      provider: oneOf('Tool that the files were encrypted with.', ['sops']),
      secretRef: optional(localReference('Secret with the private keys.')),
      serviceAccountName: optional(string('ServiceAccount whose identity is used with a key service.')),
    }),
  ),
  wait: optional(boolean('Waits until all applied objects are healthy. healthChecks are then not used.')),
  healthChecks: optional(
    array(
      'Objects that must be healthy.',
      object('One object that must be healthy.', {
        apiVersion: optional(string('API version; apps/v1 by default.')),
        kind: string('Kind of the object.'),
        name: string('Name of the object.'),
        namespace: optional(string('Namespace of the object.')),
      }),
    ),
  ),
  healthCheckExprs: optional(
    array(
      'How the health of custom resources is read.',
      object('How the health of one kind is read.', {
        apiVersion: string('API version of the kind.'),
        kind: optional(string('The kind.')),
        current: string('CEL expression that is true when the object is healthy.'),
        inProgress: optional(string('CEL expression that is true while the object is on its way.')),
        failed: optional(string('CEL expression that is true when the object has failed.')),
      }),
    ),
  ),
  force: optional(
    boolean('Deletes and creates an object again when a field that cannot change has changed.', { default: false }),
  ),
  ignore: optional(
    array(
      'Fields that others may change: they are not put back.',
      object('Fields of some objects.', {
        paths: array('JSON pointers of the fields.', string('JSON pointer, such as /spec/replicas.')),
        target: optional(selector('Objects it is about; all by default.')),
      }),
    ),
  ),
});

const status = object(
  'What was applied last.',
  {
    observedGeneration: optional(observedGenerationSchema),
    conditions: optional(conditionsSchema),
    lastAppliedRevision: optional(string('Revision of the last run that went well to its end.')),
    lastAppliedOriginRevision: optional(string('Revision of the origin of that artifact.')),
    lastAttemptedRevision: optional(string('Revision of the last run, well or not.')),
    lastHandledReconcileAt: optional(lastHandledReconcileAtSchema),
    inventory: optional(
      object('The objects that were applied.', {
        entries: array(
          'One entry per object.',
          object('One object.', {
            id: string('<namespace>_<name>_<group>_<kind>.'),
            v: string('API version.'),
          }),
        ),
      }),
    ),
    history: optional(
      array(
        'The last five results, newest first.',
        object('One result.', {
          digest: string('Digest of the manifests.'),
          firstReconciled: string('When this result was first seen.', { format: 'date-time' }),
          lastReconciled: string('When it was last seen.', { format: 'date-time' }),
          lastReconciledDuration: string('How long that took.'),
          lastReconciledStatus: string('Reason of the condition Ready.'),
          totalReconciliations: int64('How often it was seen.'),
          metadata: optional(map('Revision and origin revision.', string('Value.'))),
        }),
      ),
    ),
  },
  unobserved,
);

export type KustomizationSpec = Static<typeof spec>;
export type KustomizationStatus = Static<typeof status>;
export interface Kustomization extends KubeObject {
  readonly spec: KustomizationSpec;
  readonly status?: KustomizationStatus;
}

export const kustomizationGvk = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' } as const;

export const kustomizationSchema: KindSchema<KustomizationSpec, KustomizationStatus> = {
  gvk: kustomizationGvk,
  plural: 'kustomizations',
  shortNames: ['ks'],
  categories: ['all', 'fluxcd', 'fluxcd-appliers'],
  description: 'Objects of a source that are built with kustomize and kept in the cluster as they are in the source.',
  spec,
  status,
  printerColumns: [ageColumn, ...readyColumns],
};
