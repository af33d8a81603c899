import { badRequest, tooLarge, StatusError } from '../errors.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { parseJson } from '../json-text.ts';
import type { WriteContext } from '../operations/context.ts';
import type { ParsedBody } from '../operations/decode.ts';
import { unparsable } from '../operations/decode.ts';
import type { Resource } from '../registry/resource.ts';
import type { ApiRequest } from './messages.ts';
import { duplicateKeys } from './duplicates.ts';
import { parseMediaType } from './negotiate.ts';
import { WireError } from './protobuf-wire.ts';
import { parseProtobuf } from './protobuf.ts';
import { parseYamlBody, YamlError } from './yaml.ts';

export const maxBodyBytes = 3_145_728;
/** Go's JSON decoder stops here. */
const maxDepth = 10_000;

/** Collects a stream. @throws StatusError 413 beyond `maxBodyBytes` */
export async function readLimited(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    // Read on to the end, so that the client gets to see the answer.
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) throw tooLarge(`limit is ${maxBodyBytes}`);
  return Buffer.concat(chunks);
}

const protobufType = 'application/vnd.kubernetes.protobuf';

/** What the body of a request is about. */
export type BodySubject = Pick<Resource, 'kind' | 'group' | 'custom'>;

/** The format of an object's body. @throws StatusError 415 */
function bodyFormat(request: ApiRequest, { group, custom }: BodySubject): 'json' | 'yaml' | 'protobuf' {
  const header = request.header('content-type');
  if (header === undefined || header === '') return 'json';
  const { type } = parseMediaType(header);
  if (type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  // Clients send definitions as JSON; nobody has a message type for the objects that those define.
  const takesProtobuf = !custom && group !== 'apiextensions.k8s.io';
  if (type === protobufType && takesProtobuf) return 'protobuf';
  const types = ['application/json', 'application/yaml', ...(takesProtobuf ? [protobufType] : [])];
  const message = `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`;
  throw new StatusError(415, 'UnsupportedMediaType', message);
}

/** The body of a POST or PUT. @throws StatusError 400, 413, 415 */
export async function readObjectBody(request: ApiRequest, subject: BodySubject): Promise<ParsedBody> {
  const format = bodyFormat(request, subject);
  const body = await request.readBody();
  if (format === 'protobuf') return { value: parseProtobufBody(body, subject.kind), duplicates: [] };
  const text = body.toString('utf8');
  if (format === 'json') return parseJsonBody(text, subject);
  try {
    return parseYamlBody(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw unparsable(subject, text, error.message);
  }
}

/** The body of a DELETE, which is not read as YAML; `undefined` when there is none. @throws StatusError 400, 413, 415 */
export async function readOptionsBody(request: ApiRequest, subject: BodySubject): Promise<unknown> {
  const body = await request.readBody();
  const text = body.toString('utf8');
  if (text.trim() === '') return undefined;
  if (bodyFormat(request, subject) === 'protobuf') return parseProtobufBody(body, 'DeleteOptions');
  try {
    return parseJson(text);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${jsonProblem(text, error)}`);
  }
}

function parseProtobufBody(body: Buffer, kind: string): JsonRecord {
  try {
    return parseProtobuf(body);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${error.message}`);
  }
}

function parseJsonBody(text: string, resource: Pick<Resource, 'kind'>): ParsedBody {
  if (text.trim() === '') throw unparsable(resource, text, 'unexpected end of JSON input');
  if (exceedsDepth(text)) throw unparsable(resource, text, `invalid character '[' exceeded max depth`);
  try {
    return { value: parseJson(text), duplicates: duplicateKeys(text) };
  } catch (error) {
    throw unparsable(resource, text, jsonProblem(text, error));
  }
}

/** The body of a JSON or merge patch. @throws StatusError 400 */
export function parsePatchBody(text: string): { value: unknown; duplicates: readonly string[] } {
  if (exceedsDepth(text)) throw badRequest(`error decoding patch: invalid character '[' exceeded max depth`);
  try {
    return { value: parseJson(text), duplicates: duplicateKeys(text) };
  } catch (error) {
    throw badRequest(`error decoding patch: ${jsonProblem(text, error)}`);
  }
}

/**
 * The body of an apply: YAML, or JSON, which is YAML.
 * A key that is given twice is an error, gives a warning, or is passed over, as `fieldValidation` says.
 * @throws StatusError 400
 */
export function parseApplyBody(
  text: string,
  { fieldValidation, warnings }: Pick<WriteContext, 'fieldValidation' | 'warnings'>,
): JsonRecord {
  const { value, yamlDuplicates = [] } = parseAppliedText(text);
  if (!isRecord(value)) {
    const what = Array.isArray(value) ? 'array' : typeof value;
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
    );
  }
  if (fieldValidation === 'Strict' && yamlDuplicates.length > 0) {
    const lines = yamlDuplicates.map((line) => `  ${line}`).join('\n');
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n${lines}`);
  }
  if (fieldValidation === 'Warn') for (const line of yamlDuplicates) warnings.add(line);
  return value;
}

function parseAppliedText(text: string): ParsedBody {
  // Most clients send JSON, which parses much faster as such.
  if (text.trimStart().startsWith('{') && !exceedsDepth(text)) {
    const parsed = tryParseJson(text);
    if (parsed !== undefined && duplicateKeys(text).length === 0) return { value: parsed, duplicates: [] };
  }
  try {
    return parseYamlBody(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
}

function tryParseJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined; // flow YAML, perhaps
  }
}

/** Whether JSON text nests deeper than is parsed; brackets in strings count as well, which no real object reaches. */
function exceedsDepth(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === 0x5b || char === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (char === 0x5d || char === 0x7d) depth -= 1;
  }
  return false;
}

/** What Go's decoder would say, near enough. */
function jsonProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(position) || position >= text.length || message.includes('end of JSON')) {
    return 'unexpected end of JSON input';
  }
  const where = position === 0 ? 'looking for beginning of value' : 'after top-level value';
  return `invalid character '${text[position]}' ${where}`;
}
