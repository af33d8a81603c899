import { expand, SubstitutionError } from '@sluice/envsubst';
import { parseDocument, stringify, toData, YamlError, type Data, type DataObject } from '@sluice/manifest';
import { isLiteral } from '@sluice/plan';

export interface SubstituteOptions {
  /** Whether objects are read even if there is no variable, for defaults in expressions to take effect. */
  readonly always: boolean;
  /** Whether a variable that is not set and has no default is an error. */
  readonly strict: boolean;
}

const variableName = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const maxGrowth = 4;
const smallText = 65_536;
const maxTextLength = 16_777_216;

/**
 * Replaces the `${…}` in an object. They are replaced in its text, so that a value decides about its own type: the text
 * is written without needless quotes and read again.
 * @throws Error `envsubst error: …`
 * @see spec kustomization-controller §8
 */
export function substitute(
  object: DataObject,
  variables: ReadonlyMap<string, string>,
  { always, strict }: SubstituteOptions,
): DataObject {
  if ((variables.size === 0 && !always) || isLiteral(marksOf(object))) return object;
  const badName = variables.keys().find((name) => !variableName.test(name));
  if (badName !== undefined) {
    throw new Error(
      `envsubst error: '${badName}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
    );
  }
  const before = stringify(object);
  const after = expandText(before, variables, strict);
  if (after.length > Math.min(maxTextLength, Math.max(smallText, before.length * maxGrowth))) {
    throw new Error(`envsubst error: ${after.length} characters after substitution, from ${before.length}: too many`);
  }
  return withFloats(after === before ? object : parseObject(after)) as DataObject;
}

/** Big integers lose digits here as they do in Flux, where every number of such an object becomes a float. */
function withFloats(data: Data): Data {
  if (typeof data === 'bigint') return Number(data);
  if (Array.isArray(data)) return data.map(withFloats);
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withFloats(value)]));
}

function expandText(text: string, variables: ReadonlyMap<string, string>, strict: boolean): string {
  try {
    return expand(text, variables, { strict });
  } catch (cause) {
    if (!(cause instanceof SubstitutionError)) throw cause;
    throw new Error(`envsubst error: variable substitution failed: ${cause.message}`, { cause });
  }
}

function parseObject(text: string): DataObject {
  const data = parseText(text);
  if (isObject(data)) return data;
  throw new Error('envsubst error: the text is no object any more after substitution');
}

function parseText(text: string): Data {
  try {
    return toData(parseDocument(text, { setting: 'json' }));
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new Error(`envsubst error: YAMLToJSON: ${cause.message}`, { cause });
  }
}

/** Labels and annotations, whatever shape the object has. */
function marksOf(object: DataObject): { labels: Record<string, string>; annotations: Record<string, string> } {
  const metadata = object['metadata'];
  const textsOf = (field: string) => {
    const map = isObject(metadata) ? metadata[field] : undefined;
    const texts = Object.entries(isObject(map) ? map : {}).filter(([, value]) => typeof value === 'string');
    return Object.fromEntries(texts) as Record<string, string>;
  };
  return { labels: textsOf('labels'), annotations: textsOf('annotations') };
}

function isObject(data: Data | undefined): data is DataObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
