/** The name of an image without tag and digest. */
export interface ImageName {
  /** With the port, if there is one: `index.docker.io` when the text names no registry. */
  readonly registry: string;
  /** `library/alpine` for an official image of Docker Hub. */
  readonly repository: string;
}

/** A name with what comes behind it; without both, the tag is `latest`. */
export interface ImageReference extends ImageName {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** A text that names no image; `message` is the text of the condition `ImageURLInvalid`. */
export class ImageNameError extends Error {
  override readonly name = 'ImageNameError';
}

const defaultRegistry = 'index.docker.io';
const repositoryPattern = /^[a-z0-9_./-]{2,255}$/;
const tagPattern = /^[A-Za-z0-9_.-]{1,128}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
// What Go takes for the authority of a URL, user information apart.
const authorityPattern = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;="<>\u0080-\u{10ffff}-]*)(?::\d*)?$/u;

/**
 * Reads `spec.image` of an ImageRepository, which has neither scheme nor tag nor digest.
 * @throws ImageNameError
 * @see image §2.2
 */
export function parseImageName(image: string): ImageName {
  const scheme = image.indexOf('://');
  if (scheme >= 0) {
    const prefix = image.slice(0, scheme + 3);
    throw new ImageNameError(`image '${image}' should not include URL scheme; remove '${prefix}'`);
  }
  const { registry, repository } = parseImageReference(image);
  const rest = image.startsWith(registry) ? image.slice(registry.length) : image;
  const [, tag] = rest.split(':');
  if (tag !== undefined) throw new ImageNameError(`image '${image}' should not include a tag; remove ':${tag}'`);
  return { registry, repository };
}

/** `index.docker.io/library/alpine`: the name in full. */
export function canonicalName({ registry, repository }: ImageName): string {
  return `${registry}/${repository}`;
}

/**
 * Reads an image with or without tag and digest.
 * @throws ImageNameError `could not parse reference: …`
 */
export function parseImageReference(text: string): ImageReference {
  const reference = tryParseTagged(text) ?? tryParseDigested(text);
  if (reference === undefined) throw new ImageNameError(`could not parse reference: ${text}`);
  return reference;
}

function tryParseTagged(text: string): ImageReference | undefined {
  const colon = text.lastIndexOf(':');
  // A slash behind the colon makes it that of a port.
  if (colon < 0 || text.includes('/', colon)) return withName(text, undefined, undefined);
  const tag = text.slice(colon + 1);
  return tagPattern.test(tag) ? withName(text.slice(0, colon), tag, undefined) : undefined;
}

function tryParseDigested(text: string): ImageReference | undefined {
  const [base, digest, ...more] = text.split('@');
  if (base === undefined || digest === undefined || more.length > 0 || !digestPattern.test(digest)) return undefined;
  const tagged = tryParseTagged(base);
  return tagged === undefined ? undefined : { ...tagged, digest };
}

function withName(name: string, tag: string | undefined, digest: string | undefined): ImageReference | undefined {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = /[.:]/.test(first);
  const registry = hasRegistry && first !== 'docker.io' ? first : defaultRegistry;
  const repository = hasRegistry ? name.slice(slash + 1) : name;
  if (!repositoryPattern.test(repository) || !authorityPattern.test(registry)) return undefined;
  const isOfficial = registry === defaultRegistry && !repository.includes('/');
  return { registry, repository: isOfficial ? `library/${repository}` : repository, tag, digest };
}
