import { gitRepositoryGvk, kustomizationGvk, type GroupVersionKind, type KubeObject } from '@sluice/api';

/** How the commands speak of a kind. @see cli.md §4 */
export interface KindInfo {
  readonly gvk: GroupVersionKind;
  /** The words after the verb: `source git`. */
  readonly path: string;
  /** What suspend and resume call it. */
  readonly human: string;
  readonly plural: string;
  revision(object: KubeObject): string;
  /** What a finished reconcile says. */
  doneMessage(object: KubeObject): string;
  /** The object that `--with-source` reconciles first. */
  source?(object: KubeObject): { readonly kind: string; readonly namespace: string; readonly name: string };
}

export const kinds = {
  gitRepository: {
    gvk: gitRepositoryGvk,
    path: 'source git',
    human: 'source git',
    plural: 'gitrepositories',
    revision: (object) => textAt(object, 'status', 'artifact', 'revision'),
    doneMessage: (object) => `fetched revision ${textAt(object, 'status', 'artifact', 'revision')}`,
  },
  kustomization: {
    gvk: kustomizationGvk,
    path: 'kustomization',
    human: 'kustomization',
    plural: 'kustomizations',
    revision: (object) => textAt(object, 'status', 'lastAppliedRevision'),
    doneMessage: (object) => `applied revision ${textAt(object, 'status', 'lastAppliedRevision')}`,
    source: (object) => ({
      kind: textAt(object, 'spec', 'sourceRef', 'kind'),
      namespace: textAt(object, 'spec', 'sourceRef', 'namespace') || (object.metadata.namespace ?? ''),
      name: textAt(object, 'spec', 'sourceRef', 'name'),
    }),
  },
} as const satisfies Record<string, KindInfo>;

export function kindInfoOf(kind: string): KindInfo | undefined {
  return Object.values<KindInfo>(kinds).find((info) => info.gvk.kind === kind);
}

/** The text at a path of an object, `''` when there is none. */
export function textAt(object: unknown, ...path: readonly string[]): string {
  let value = object;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' ? value : '';
}
