import { artifactSchema } from './artifact.ts';
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
import { array, boolean, object, oneOf, optional, string, type Static } from './schema.ts';

const include = array(
  'Other GitRepositories whose files are copied into this artifact.',
  object('One GitRepository to include.', {
    repository: localReference('The GitRepository whose artifact is included.'),
    fromPath: optional(string('Folder of the included artifact to copy; its root by default.')),
    toPath: optional(string('Where the files go; by default a folder named like the included repository.')),
  }),
);

const spec = object(
  'What to fetch, and how often.',
  {
    url: string('Address of the repository: https, http or ssh.', { pattern: '^(http|https|ssh)://.*$' }),
    interval: string('How often the repository is asked for something new, give or take the jitter.', {
      pattern: durationPattern,
    }),
    timeout: optional(
      string('Time limit of each operation on the remote repository.', {
        default: '60s',
        pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$',
      }),
    ),
    ref: optional(
      object(
        'What to check out; the branch master by default. If several are set: commit, name, semver, tag, branch.',
        {
          branch: optional(string('Branch to follow.')),
          tag: optional(string('Tag to check out.')),
          semver: optional(string('Range of versions: the highest tag in it is checked out.')),
          name: optional(string('Full name of a reference, such as refs/pull/420/head.')),
          commit: optional(string('SHA of the commit to check out. With a branch, it is fetched from that branch.')),
        },
      ),
    ),
    secretRef: optional(
      localReference(
        'Secret with the credentials: username and password, or bearerToken, and ca.crt, tls.crt and tls.key for https; identity and known_hosts for ssh.',
      ),
    ),
    provider: optional(
      oneOf('Who issues the credentials; generic means the Secret.', ['generic', 'aws', 'azure', 'github']),
    ),
    serviceAccountName: optional(
      string('ServiceAccount whose identity is exchanged for credentials. For the providers aws and azure.'),
    ),
    proxySecretRef: optional(localReference('Secret with the address and the credentials of a proxy.')),
    verify: optional(
      object('Which signatures the commit or the tag must carry.', {
        mode: optional(
          oneOf(
            'What must be signed: the commit (HEAD, or head), the tag, or both.',
            ['head', 'HEAD', 'Tag', 'TagAndHEAD'],
            {
              default: 'HEAD',
            },
          ),
        ),
        secretRef: localReference('Secret with the public keys that are trusted.'),
      }),
    ),
    ignore: optional(
      string('Patterns of files to leave out, in the format of .gitignore. Replaces the default patterns.'),
    ),
    suspend: optional(boolean('Stops fetching until it is false again. The artifact stays available.')),
    recurseSubmodules: optional(boolean('Fetches the submodules too.')),
    include: optional(include),
    sparseCheckout: optional(
      array('Folders to check out; all by default.', string('Path of a folder in the repository.')),
    ),
  },
  {
    'x-kubernetes-validations': [
      {
        rule: "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
        message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
      },
    ],
  },
);

const status = object(
  'What was fetched last.',
  {
    observedGeneration: optional(observedGenerationSchema),
    conditions: optional(conditionsSchema),
    artifact: optional(artifactSchema),
    includedArtifacts: optional(array('The artifacts that were included in this one, in order.', artifactSchema)),
    observedIgnore: optional(string('The patterns the artifact was made with.')),
    observedRecurseSubmodules: optional(boolean('Whether the artifact was made with submodules.')),
    observedInclude: optional(include),
    observedSparseCheckout: optional(array('The folders the artifact was made of.', string('Path of a folder.'))),
    sourceVerificationMode: optional(string('Which signatures were verified last.')),
    lastHandledReconcileAt: optional(lastHandledReconcileAtSchema),
  },
  unobserved,
);

export type GitRepositorySpec = Static<typeof spec>;
export type GitRepositoryStatus = Static<typeof status>;
export interface GitRepository extends KubeObject {
  readonly spec: GitRepositorySpec;
  readonly status?: GitRepositoryStatus;
}

export const gitRepositoryGvk = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' } as const;

export const gitRepositorySchema: KindSchema<GitRepositorySpec, GitRepositoryStatus> = {
  gvk: gitRepositoryGvk,
  plural: 'gitrepositories',
  shortNames: ['gitrepo'],
  categories: ['all', 'fluxcd', 'fluxcd-sources'],
  description: 'A Git repository whose files at one revision are offered to the cluster as an archive.',
  spec,
  status,
  printerColumns: [{ name: 'URL', type: 'string', jsonPath: '.spec.url' }, ageColumn, ...readyColumns],
};
