import { sortedNodes, type FieldNode, type FieldSet } from './field-set.ts';
import { isObject } from './json.ts';
import { keyElement, valueElement, type PathElement } from './path.ts';

/** `{}` marks a member without anything below, the key `.` a member with something below. */
export type FieldsV1 = { [key: string]: FieldsV1 };

/** A managedFields entry cannot be read. */
export class FieldsDecodeError extends Error {
  override readonly name = 'FieldsDecodeError';
}

/** @throws FieldsDecodeError for a known prefix with something malformed behind it; unknown prefixes are skipped */
export function parseFieldsV1(value: unknown): FieldSet {
  return readLevel(value).children;
}

/** Keys in the order of the reference: `.`, fields, keys, values, indexes. */
export function writeFieldsV1(set: FieldSet): FieldsV1 {
  const result: FieldsV1 = {};
  for (const [element, node] of sortedNodes(set)) {
    result[element] = {
      ...(node.member && node.children.size > 0 ? { '.': {} } : {}),
      ...writeFieldsV1(node.children),
    };
  }
  return result;
}

function readLevel(value: unknown): FieldNode {
  if (!isObject(value)) throw new FieldsDecodeError(`expected an object of fields, got ${JSON.stringify(value)}`);
  const children = new Map<PathElement, FieldNode>();
  for (const [key, below] of Object.entries(value)) {
    const element = key === '.' ? undefined : parseElement(key);
    if (element !== undefined) children.set(element, readLevel(below));
  }
  return { member: '.' in value || children.size === 0, children };
}

/** `undefined` for a prefix from the future. */
function parseElement(key: string): PathElement | undefined {
  if (key.length < 2) throw new FieldsDecodeError('key must be 2 characters long');
  if (key[1] !== ':') throw new FieldsDecodeError('missing colon');
  const text = key.slice(2);
  switch (key[0]) {
    case 'f':
      return key;
    case 'v':
      return valueElement(parseJson(text));
    case 'k': {
      const fields = parseJson(text);
      if (!isObject(fields)) throw new FieldsDecodeError(`expected an object of key fields, got ${text}`);
      return keyElement(fields);
    }
    case 'i':
      if (!/^[+-]?\d+$/.test(text)) throw new FieldsDecodeError(`invalid index: ${text}`);
      return `i:${Number(text)}`;
    default:
      return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FieldsDecodeError(`parsing value: ${text}`, { cause });
  }
}
