import { createHash } from 'node:crypto';
import { startRegistry, type RegistryFault, type TestRegistryRequest } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import type { ImageRepositoryClient } from './registry.ts';
import { answer, failureOf, isRegistryMissing, startRig, type Rig } from './test/rig.ts';

const signal = AbortSignal.timeout(60_000);
const imageType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const isBlob = ({ path }: TestRegistryRequest): boolean => path.includes('/blobs/');

async function collect(chunks: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}

function repositoryOf({ client, server }: Rig): ImageRepositoryClient {
  return client.repository({ registry: server.host, repository: 'team/app' });
}

/** A registry that gives this manifest for everything. */
function serving(body: string, headers: Record<string, string>): Promise<Rig> {
  return startRig({
    fail: ({ path }): RegistryFault | undefined =>
      path.includes('/manifests/') ? answer(200, headers, body) : undefined,
  });
}

describe.skipIf(isRegistryMissing)('what tags stand for (docker-registry is not installed)', () => {
  // spec §3.5
  test('the digest, the manifest and the layer of a tag', async () => {
    await using rig = await startRig();
    const pushed = await rig.server.push('team/app', 'v2', 'layer of v2');
    const repository = repositoryOf(rig);
    expect(await repository.digest('v2', signal)).toBe(pushed.digest);
    const head = rig.server.requests.at(-1);
    expect(head).toMatchObject({ method: 'HEAD', path: '/v2/team/app/manifests/v2' });
    expect(head?.headers.accept).toBe(
      'application/vnd.docker.distribution.manifest.v1+json,application/vnd.docker.distribution.manifest.v1+prettyjws,' +
        'application/vnd.docker.distribution.manifest.v2+json,application/vnd.oci.image.manifest.v1+json,' +
        'application/vnd.docker.distribution.manifest.list.v2+json,application/vnd.oci.image.index.v1+json',
    );
    for (const reference of ['v2', pushed.digest]) {
      const manifest = await repository.manifest(reference, signal);
      expect(manifest).toMatchObject({ digest: pushed.digest, mediaType: imageType });
      expect(manifest.content['layers']).toMatchObject([pushed.layer]);
    }
    expect(await collect(repository.blob(pushed.layer, signal))).toBe('layer of v2');
  });

  test('a tag that is not there, and what is no tag', async () => {
    await using rig = await startRig();
    const repository = repositoryOf(rig);
    expect(await failureOf(repository.digest('none', signal))).toMatchObject({
      failure: 'not-found',
      message: `HEAD ${rig.server.url}/v2/team/app/manifests/none: unexpected status code 404 Not Found (HEAD responses have no body, use GET for details)`,
    });
    expect((await failureOf(repository.manifest('none', signal))).message).toContain(
      'MANIFEST_UNKNOWN: manifest unknown',
    );
    for (const reference of ['../x', 'a b', '', 'sha256:abc']) {
      expect(await failureOf(repository.digest(reference, signal))).toMatchObject({ failure: 'refused' });
    }
  });

  // spec §3.5
  test.each([
    [{ 'content-length': '2', 'docker-content-digest': digestOf('') }, 'response did not include Content-Type header'],
    [
      { 'content-type': imageType, 'docker-content-digest': digestOf('') },
      'response did not include Content-Length header',
    ],
    [{ 'content-type': imageType, 'content-length': '2' }, 'response did not include Docker-Content-Digest header'],
    [
      { 'content-type': imageType, 'content-length': '2', 'docker-content-digest': 'sha256:nonsense' },
      'response has a malformed Docker-Content-Digest header',
    ],
  ])('a digest with headers %j', async (headers, message) => {
    await using rig = await serving('', headers);
    expect((await failureOf(repositoryOf(rig).digest('v1', signal))).message).toBe(
      `HEAD ${rig.server.url}/v2/team/app/manifests/v1: ${message}`,
    );
  });

  // security S-OCI-03: neither bytes nor headers are believed
  test('another manifest than the digest says', async () => {
    const body = '{"schemaVersion":2,"layers":[]}';
    const claimed = digestOf('another');
    await using rig = await serving(body, { 'content-type': imageType, 'docker-content-digest': claimed });
    expect((await repositoryOf(rig).manifest('v1', signal)).digest).toBe(digestOf(body));
    expect((await repositoryOf(rig).manifest(digestOf(body), signal)).digest).toBe(digestOf(body));
    expect(await failureOf(repositoryOf(rig).manifest(claimed, signal))).toMatchObject({
      failure: 'digest',
      message: `the content of ${claimed} has digest ${digestOf(body)}`,
    });
  });

  // security S-OCI-04, S-OCI-05
  test.each([
    [
      imageType,
      '{"mediaType":"application/vnd.oci.image.index.v1+json","layers":[]}',
      'the manifest has two media types',
    ],
    [imageType, '{"manifests":[],"layers":[]}', 'the answer is manifest and index at once'],
    ['text/html', '{"layers":[]}', 'the answer is of no known media type'],
    [imageType, '[]', 'the answer is no manifest'],
    [imageType, '{', 'the answer is no manifest'],
    [imageType, `{"a":"${'x'.repeat(5_000_000)}"}`, 'the answer is larger than 4194304 bytes'],
  ])('a manifest of type %s: %.70s', async (type, body, message) => {
    await using rig = await serving(body, { 'content-type': type });
    expect((await failureOf(repositoryOf(rig).manifest('v1', signal))).message).toContain(message);
  });

  // security S-OCI-03, S-OCI-04
  test.each([
    ['others', 'abcX', 4, 'digest'],
    ['too few', 'abc', 4, 'digest'],
    ['too many', 'abcde', 4, 'limit'],
    ['a negative number of', 'abcd', -1, 'limit'],
    ['an endless number of', 'abcd', 1e30, 'limit'],
  ])('a blob with %s bytes', async (_kind, body, size, failure) => {
    await using rig = await startRig({ fail: (request) => (isBlob(request) ? answer(200, {}, body) : undefined) });
    const blob = repositoryOf(rig).blob({ digest: digestOf('abcd'), size }, signal);
    expect(await failureOf(collect(blob))).toMatchObject({ failure });
  });

  test('a blob by what is no digest', async () => {
    await using rig = await startRig();
    const blob = repositoryOf(rig).blob({ digest: 'md5:../../x', size: 1 }, signal);
    expect(await failureOf(collect(blob))).toMatchObject({ failure: 'digest' });
    expect(rig.asked()).toEqual([]);
  });

  // security S-OCI-02
  test('a blob that lies elsewhere', async () => {
    await using store = await startRegistry();
    const { layer } = await store.push('team/app', 'v1', 'far away');
    const location = `${store.url.replace('127.0.0.1', 'localhost')}/v2/team/app/blobs/${layer.digest}`;
    const login = { username: 'u', password: 'password-of-u' };
    await using rig = await startRig({
      auth: login,
      fail: (request) => (isBlob(request) ? answer(307, { location }) : undefined),
    });
    const repository = rig.client.repository(
      { registry: rig.server.host, repository: 'team/app' },
      { credentials: login },
    );
    expect(await collect(repository.blob(layer, signal))).toBe('far away');
    expect(rig.server.requests.find(isBlob)?.headers.authorization).toMatch(/^Bearer /);
    expect(store.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  // Connections are given back: more blobs left half read than there are turns for a host.
  test('blobs that are left early', async () => {
    await using rig = await startRig();
    const text = 'x'.repeat(1_000_000);
    const { layer } = await rig.server.push('team/app', 'big', text);
    const repository = repositoryOf(rig);
    for (let i = 0; i < 6; i++) {
      for await (const _chunk of repository.blob(layer, signal)) break;
    }
    expect(await collect(repository.blob(layer, signal))).toBe(text);
  });
});
