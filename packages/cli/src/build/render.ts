import { isRecord, type Kustomization } from '@sluice/api';
import { buildManifests, substitute } from '@sluice/kustomize-controller/rendering';
import { withRemotes, type RemoteFetcher } from '@sluice/kustomize';
import type { DataObject } from '@sluice/manifest';
import { ownerLabels } from '@sluice/plan';
import { maskSops } from './mask-sops.ts';
import type { SourceFolder } from './source-folder.ts';

export interface RenderJob {
  readonly object: Kustomization;
  /** With a namespace, as the owner labels name it. */
  readonly namespace: string;
  readonly source: SourceFolder;
  /** Folder in the source, relative and clean. */
  readonly path: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly isStrict: boolean;
  /** Absent: what the build refers to by URL is refused. */
  readonly fetcher?: RemoteFetcher;
}

/** The objects that the controller would apply, in the order of the build. @throws Error @see cli.md §15.2 */
export async function renderObjects(job: RenderJob): Promise<DataObject[]> {
  const { object, source, path, fetcher } = job;
  const input = { tree: source.tree, path, spec: object.spec };
  const built =
    fetcher === undefined
      ? buildManifests(input)
      : await withRemotes((remotes) => buildManifests({ ...input, remotes }), fetcher);
  return built.map(([resource, data]) => maskSops(withMetadata(substituted(data, resource.name, job), job)));
}

function substituted(data: DataObject, name: string, { object, variables, isStrict }: RenderJob): DataObject {
  const { postBuild } = object.spec;
  if (postBuild === undefined) return data;
  try {
    return substitute(data, variables, { always: postBuild.substituteStrategy === 'Always', strict: isStrict });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`var substitution failed for '${name}': ${text}`, { cause });
  }
}

function withMetadata(data: DataObject, { object, namespace }: RenderJob): DataObject {
  const metadata = mapOf(data['metadata']);
  const { labels = {}, annotations = {} } = object.spec.commonMetadata ?? {};
  const allAnnotations = { ...mapOf(metadata['annotations']), ...annotations };
  const owner = ownerLabels({ name: object.metadata.name, namespace });
  return {
    ...data,
    metadata: {
      ...metadata,
      ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
      labels: { ...mapOf(metadata['labels']), ...owner, ...labels },
    },
  };
}

function mapOf(value: unknown): DataObject {
  return isRecord(value) ? (value as DataObject) : {};
}
