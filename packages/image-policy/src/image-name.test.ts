import { expect, test } from 'vitest';
import { ImageNameError, canonicalName, parseImageName, parseImageReference } from './image-name.ts';

const hex = 'a'.repeat(64);

// image 14.2-18, 14.2-22, 14.2-24
test.each([
  ['alpine', 'index.docker.io/library/alpine'],
  ['docker.io/alpine', 'index.docker.io/library/alpine'],
  ['docker.io/library/alpine', 'index.docker.io/library/alpine'],
  ['index.docker.io/alpine', 'index.docker.io/library/alpine'],
  ['stefanprodan/podinfo', 'index.docker.io/stefanprodan/podinfo'],
  ['registry-1.docker.io/library/alpine', 'registry-1.docker.io/library/alpine'],
  ['ghcr.io/a/b', 'ghcr.io/a/b'],
  ['ghcr.io:443/a/b', 'ghcr.io:443/a/b'],
  ['localhost:5000/ab', 'localhost:5000/ab'],
  ['10.0.0.1:5000/ab', '10.0.0.1:5000/ab'],
  ['[::1]:5000/ab', '[::1]:5000/ab'],
  ['ghcr.io/a/b/c/d/e', 'ghcr.io/a/b/c/d/e'],
  ['GHCR.IO/a/b', 'GHCR.IO/a/b'],
  ['docker.io:443/ab', 'docker.io:443/ab'],
  ['localhost/a', 'index.docker.io/localhost/a'],
  ['ghcr.io', 'index.docker.io/library/ghcr.io'],
  [`ghcr.io/${'a'.repeat(255)}`, `ghcr.io/${'a'.repeat(255)}`],
])('%s is %s', (image, want) => {
  expect(canonicalName(parseImageName(image))).toBe(want);
});

// image 14.2-18, 14.2-23, 14.2-24, 14.2-26
test.each([
  'ghcr.io/A/b',
  'ghcr.io/',
  'a b',
  '',
  'ghcr.io/a/b:',
  'ghcr.io/a/b:foo:bar',
  'ghcr.io/a/b/foo:bar:zzz:qqq/aaa',
  'a',
  'a:1',
  'ghcr.io/a',
  'localhost:5000/a',
  'GHCR.io/Org/app',
  ' alpine',
  'alpine\n',
  'ghcr.io/ab@sha256:abc',
  'user@ghcr.io/ab',
  'ghcr.io:port/ab',
  `ghcr.io/${'a'.repeat(256)}`,
])('%j is no reference', (image) => {
  expect(() => parseImageName(image)).toThrow(new ImageNameError(`could not parse reference: ${image}`));
});

test.each([
  ['https://ghcr.io/a/b', `should not include URL scheme; remove 'https://'`], // image 14.2-19
  ['oci://ghcr.io/a', `should not include URL scheme; remove 'oci://'`],
  ['ab:1', `should not include a tag; remove ':1'`],
  ['ghcr.io/a/b:v1', `should not include a tag; remove ':v1'`], // image 14.2-20
  [`ghcr.io/ab@sha256:${hex}`, `should not include a tag; remove ':${hex}'`], // image 14.2-21
  [`aa:1@sha256:${hex}`, `should not include a tag; remove ':1@sha256'`],
])('%s %s', (image, why) => {
  expect(() => parseImageName(image)).toThrow(new ImageNameError(`image '${image}' ${why}`));
});

test.each([
  ['localhost:5000/ab:v1', { registry: 'localhost:5000', repository: 'ab', tag: 'v1' }],
  [`ab:1@sha256:${hex}`, { registry: 'index.docker.io', repository: 'library/ab', tag: '1', digest: `sha256:${hex}` }],
  ['o/app', { registry: 'index.docker.io', repository: 'o/app' }],
])('the reference %s', (text, want) => {
  expect(parseImageReference(text)).toEqual(want);
});
