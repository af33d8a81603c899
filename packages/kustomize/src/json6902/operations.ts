import { YamlError, parseDocument, toData, toJson, type Data } from '@sluice/manifest';
import { KustomizeError } from '../errors.ts';

export interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  /** `undefined` when the operation has none. */
  readonly value: Data | undefined;
}

/**
 * Reads the operations of a JSON patch. Text that begins with `[` must be strict JSON, anything else is YAML 1.1.
 * @throws KustomizeError when it is no list of operations
 */
export function parseOperations(text: string): Operation[] {
  if (text === '') throw new KustomizeError('empty json patch operations');
  const data = text.startsWith('[') ? parseJson(text) : parseYaml(text);
  if (data === null) return [];
  if (!Array.isArray(data))
    throw new KustomizeError(`json: cannot unmarshal ${kindOf(data)} into Go value of type jsonpatch.Patch`);
  return data.map(readOperation);
}

function readOperation(data: Data): Operation {
  if (data === null) return { op: 'unknown', path: undefined, from: undefined, value: undefined };
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new KustomizeError(`json: cannot unmarshal ${kindOf(data)} into Go value of type jsonpatch.Operation`);
  }
  const { op, path, from } = data;
  return {
    op: typeof op === 'string' ? op : 'unknown',
    path: typeof path === 'string' ? path : undefined,
    from: typeof from === 'string' ? from : undefined,
    value: Object.hasOwn(data, 'value') ? (data['value'] ?? null) : undefined,
  };
}

function parseJson(text: string): Data {
  try {
    return JSON.parse(text) as Data; // JSON is a subset of what `Data` can hold
  } catch (error) {
    throw new KustomizeError(
      'invalid character in JSON patch',
      { hint: 'a patch that begins with [ must be JSON, not YAML' },
      { cause: error },
    );
  }
}

function parseYaml(text: string): Data {
  try {
    return toData(parseDocument(text, { setting: 'json' }));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(error.message, { line: error.line }, { cause: error });
  }
}

function kindOf(data: Data): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'array';
  return typeof data === 'boolean' ? 'bool' : typeof data === 'bigint' ? 'number' : typeof data;
}

/** Whether two values are the same JSON. */
export function sameJson(a: Data, b: Data): boolean {
  return toJson(a) === toJson(b);
}
