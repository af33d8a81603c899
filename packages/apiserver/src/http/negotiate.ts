import { StatusError } from '../errors.ts';

export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** How a response is to be written. */
export interface Representation {
  readonly format: 'json' | 'yaml';
  /** The transformation that was asked for. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** Version of meta.k8s.io of the transformed object. */
  readonly metaVersion: string;
  readonly pretty: boolean;
}

const formats = new Map<string, 'json' | 'yaml'>([
  ['*/*', 'json'],
  ['application/*', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
]);
const transformations = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const metaVersions = new Set(['v1', 'v1beta1']);

/** The clauses of an Accept header, the most wanted first. */
export function parseAccept(header: string | undefined): MediaType[] {
  const text = header === undefined || header.trim() === '' ? '*/*' : header;
  return text
    .split(',')
    .map(parseMediaType)
    .map((clause, index) => ({ clause, index, q: Number(clause.parameters.get('q') ?? 1) }))
    .sort((a, b) => b.q - a.q || a.index - b.index)
    .map(({ clause }) => clause);
}

export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [key = '', value = ''] = part.split('=');
    parameters.set(key.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return { type: type.trim().toLowerCase(), parameters };
}

/**
 * The representation for an ordinary response.
 * @param literal whether media types are first compared literally, as the built-in paths do
 * @throws StatusError 406 when no clause can be served
 */
export function negotiate(
  accept: string | undefined,
  { literal, watch, pretty }: { literal: boolean; watch: boolean; pretty: boolean },
): Representation {
  const clauses = parseAccept(accept);
  if (literal && !clauses.some(({ type }) => type !== 'application/*' && formats.has(type))) throw literallyRefused();
  for (const clause of clauses) {
    const format = formats.get(clause.type);
    if (format === undefined || (watch && format !== 'json')) continue;
    const transformation = transformationOf(clause);
    if (transformation === undefined) continue;
    return { format, ...transformation, pretty: pretty || clause.parameters.get('pretty') === '1' };
  }
  const types = watch ? ['application/json;stream=watch'] : ['application/json', 'application/yaml'];
  throw new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${types.join(', ')}`);
}

function literallyRefused(): StatusError {
  const message = '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml';
  return new StatusError(406, 'NotAcceptable', message, {});
}

/** `undefined` when the clause asks for a form that does not exist. */
function transformationOf({ parameters }: MediaType): Pick<Representation, 'as' | 'metaVersion'> | undefined {
  const as = parameters.get('as');
  if (as === undefined) return { as: undefined, metaVersion: 'v1' };
  const metaVersion = parameters.get('v') ?? 'v1';
  if (!isTransformation(as) || parameters.get('g') !== 'meta.k8s.io' || !metaVersions.has(metaVersion))
    return undefined;
  return { as, metaVersion };
}

function isTransformation(text: string): text is 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' {
  return transformations.has(text);
}
