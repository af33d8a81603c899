import { createHash } from 'node:crypto';

/** The smallest image: a config and one layer, which differ by `content`. */
export interface PushedImage {
  /** Of the manifest. */
  readonly digest: string;
  readonly layer: { readonly digest: string; readonly size: number };
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

export interface PushTarget {
  /** Origin of the registry. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Pushes an image under each tag. @see OCI distribution spec, "Pushing manifests" */
export async function pushImage(
  target: PushTarget,
  repository: string,
  { tags, content }: { tags: readonly string[]; content: string },
): Promise<PushedImage> {
  const layer = await pushBlob(target, repository, { text: content, mediaType: types.layer });
  const config = await pushBlob(target, repository, {
    text: JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } }),
    mediaType: types.config,
  });
  const body = JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config, layers: [layer] });
  const at = `${target.url}/v2/${repository}/manifests`;
  const headers = { ...target.headers, 'content-type': types.manifest };
  // At the same time, for lists of many tags.
  await Promise.all(tags.map((tag) => expectOk(fetch(`${at}/${tag}`, { method: 'PUT', headers, body }))));
  return { digest: digestOf(body), layer };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

async function pushBlob(
  { url, headers }: PushTarget,
  repository: string,
  { text, mediaType }: { text: string; mediaType: string },
): Promise<Descriptor> {
  const started = await expectOk(fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers }));
  const upload = new URL(started.headers.get('location') ?? '', url);
  upload.searchParams.set('digest', digestOf(text));
  await expectOk(fetch(upload, { method: 'PUT', headers, body: text }));
  return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text) };
}

async function expectOk(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  const body = await response.text();
  if (!response.ok) throw new Error(`push failed with ${response.status}: ${body}`);
  return response;
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
