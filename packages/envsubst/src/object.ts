import { parseDocument, stringify, toData, YamlError, type Data, type DataObject } from '@sluice/manifest';
import { SubstitutionError } from './error.ts';
import { expandToBytes, type ExpandOptions, type Variables } from './expand.ts';
import { tryFromByteString } from './utf8.ts';
import { checkNames } from './variables.ts';

const marker = 'kustomize.toolkit.fluxcd.io/substitute';

export type SubstituteOptions = ExpandOptions & {
  /** Whether to substitute even when there is no variable: strategy `Always` instead of `WithVariables`. */
  readonly always: boolean;
};

/**
 * The object with the variables put in, wherever they stand in its text. The object is written as YAML, expanded and
 * read again, so a value decides its type anew: `"${n}"` may become a number.
 * @returns the same object when it is marked as `disabled`, or when there is nothing to put in
 * @throws SubstitutionError `envsubst error: …`
 */
export function substituteObject(object: DataObject, variables: Variables, options: SubstituteOptions): DataObject {
  if (isSubstitutionDisabled(object) || (variables.size === 0 && !options.always)) return object;
  try {
    checkNames(variables);
    return readObject(expandText(stringify(object), variables, options));
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    throw new SubstitutionError(`envsubst error: ${error.message}`, { cause: error });
  }
}

/** Whether a label or an annotation takes the object out of substitution. */
export function isSubstitutionDisabled(object: DataObject): boolean {
  const metadata = member(object, 'metadata');
  return ['labels', 'annotations'].some((kind) => member(member(metadata, kind), marker) === 'disabled');
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns a byte string */
function expandText(text: string, variables: Variables, options: ExpandOptions): string {
  try {
    return expandToBytes(text, variables, options);
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    throw new SubstitutionError(`variable substitution failed: ${error.message}`, { cause: error });
  }
}

/** @param bytes byte string; an expression may have cut a character in it */
function readObject(bytes: string): DataObject {
  const text = tryFromByteString(bytes);
  if (text === undefined) throw new SubstitutionError('YAMLToJSON: yaml: a character is cut in two');
  const data = roundIntegers(readYaml(text));
  if (!isObject(data)) throw new SubstitutionError('YAMLToJSON: the text is no object any more');
  return data;
}

function readYaml(text: string): Data {
  try {
    return toData(parseDocument(text, { setting: 'json' }));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new SubstitutionError(`YAMLToJSON: ${error.message}`, { cause: error });
  }
}

/** Flux's way back to an object makes floats of integers beyond 2^53, of those that were in the object before as well. */
function roundIntegers(data: Data): Data {
  if (typeof data === 'bigint') return Number(data);
  if (Array.isArray(data)) return data.map(roundIntegers);
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, roundIntegers(value)]));
}
