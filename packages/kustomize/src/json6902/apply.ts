import type { Data } from '@sluice/manifest';
import { KustomizeError } from '../errors.ts';
import { sameJson, type Operation } from './operations.ts';

/**
 * Applies operations to a document (RFC 6902 with the leniencies of kustomize's library, engine §11). `document` is
 * changed; the result is another object only when an operation replaces the whole document.
 * @throws KustomizeError with that library's text
 */
export function applyOperations(document: Data, operations: readonly Operation[]): Data {
  let root = document;
  for (const operation of operations) root = applyOne(root, operation);
  return root;
}

type DataMap = { [key: string]: Data };
type Container = Data[] | DataMap;

function applyOne(root: Data, operation: Operation): Data {
  switch (operation.op) {
    case 'add':
      return add(root, operation);
    case 'remove':
      return remove(root, operation);
    case 'replace':
      return replace(root, operation);
    case 'move':
      return move(root, operation);
    case 'copy':
      return copy(root, operation);
    case 'test':
      return test(root, operation);
    default:
      throw failed(`Unexpected kind: ${operation.op}`);
  }
}

function add(root: Data, { path, value = null }: Operation): Data {
  if (path === undefined) throw missing('add operation failed to decode path');
  const place = find(root, path);
  if (place === undefined) throw missing(`add operation does not apply: doc is missing path: "${path}"`);
  insert(place, value, `error in add for path: '${path}'`);
  return root;
}

function remove(root: Data, { path }: Operation): Data {
  if (path === undefined) throw missing('remove operation failed to decode path');
  const place = find(root, path);
  if (place === undefined) throw missing(`remove operation does not apply: doc is missing path: "${path}"`);
  take(place, `error in remove for path: '${path}'`);
  return root;
}

function replace(root: Data, { path, value = null }: Operation): Data {
  if (path === undefined) throw missing('replace operation failed to decode path: operation missing path field');
  if (path === '') return wholeDocument(value);
  const place = find(root, path);
  if (place === undefined) throw missing(`replace operation does not apply: doc is missing path: ${path}`);
  if (!Array.isArray(place.container)) setKey(place.container, place.key, value);
  else {
    const index = existingIndex(place.container, place.key);
    if (index === undefined) throw missing(`replace operation does not apply: doc is missing key: ${path}`);
    place.container[index] = value;
  }
  return root;
}

function wholeDocument(value: Data): Data {
  if (typeof value === 'object' && value !== null) return value;
  throw failed('replace operation value must be object or array: %!w(<nil>)');
}

function move(root: Data, { path, from }: Operation): Data {
  if (from === undefined) throw missing('move operation failed to decode from: operation, missing from field');
  const source = find(root, from);
  if (source === undefined) throw missing(`move operation does not apply: doc is missing from path: ${from}`);
  const value = take(source, `error in move for path: '${source.key}'`);
  if (path === undefined) throw missing('move operation failed to decode path: operation missing path field');
  const target = find(root, path);
  if (target === undefined) throw missing(`move operation does not apply: doc is missing destination path: ${path}`);
  insert(target, value, `error in move for path: '${path}'`);
  return root;
}

function copy(root: Data, { path, from }: Operation): Data {
  if (from === undefined) throw missing('copy operation failed to decode from: operation, missing from field');
  const source = find(root, from);
  if (source === undefined) throw missing(`copy operation does not apply: doc is missing from path: ${from}`);
  const value = read(source, `error in copy for from: '${from}'`) ?? null;
  if (path === undefined) throw missing('copy operation failed to decode path');
  const target = find(root, path);
  if (target === undefined) throw missing(`copy operation does not apply: doc is missing destination path: ${path}`);
  insert(target, structuredClone(value), 'error while adding value during copy');
  return root;
}

function test(root: Data, { path, value }: Operation): Data {
  if (path === undefined) throw missing('test operation failed to decode path: operation missing path field');
  const place = path === '' ? undefined : find(root, path);
  if (path !== '' && place === undefined) throw missing(`test operation does not apply: is missing path: ${path}`);
  const found = place === undefined ? root : (read(place, `error in test for path: '${path}'`) ?? null);
  if (sameJson(found, value ?? null)) return root;
  throw failed(`testing value ${path} failed: test failed`);
}

interface Place {
  readonly container: Container;
  readonly key: string;
}

/** The container that holds the last part of a pointer; `undefined` when a part on the way is missing. */
function find(root: Data, pointer: string): Place | undefined {
  const parts = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (parts.length < 2) return undefined;
  let node: Data | undefined = root;
  for (const part of parts.slice(1, -1)) node = child(node, part);
  return isContainer(node) ? { container: node, key: parts.at(-1) ?? '' } : undefined;
}

function child(node: Data | undefined, key: string): Data | undefined {
  if (!isContainer(node)) return undefined;
  if (!Array.isArray(node)) return Object.hasOwn(node, key) ? node[key] : undefined;
  const index = existingIndex(node, key);
  return index === undefined ? undefined : node[index];
}

function insert({ container, key }: Place, value: Data, context: string): void {
  if (!Array.isArray(container)) return setKey(container, key, value);
  if (key === '-') return void container.push(value);
  const index = integer(key);
  if (index === undefined) throw failed(`${context}: value was not a proper array index: '${key}': ${notANumber(key)}`);
  const size = container.length + 1;
  if (index >= size || index < -size) throw invalidIndex(context, index);
  container.splice(index < 0 ? index + size : index, 0, value);
}

function take(place: Place, context: string): Data {
  const { container, key } = place;
  if (Array.isArray(container)) {
    const index = indexOrThrow(container, key, context);
    const [value = null] = container.splice(index, 1);
    return value;
  }
  if (!Object.hasOwn(container, key)) throw missing(`${context}: Unable to remove nonexistent key: ${key}`);
  const value = container[key] ?? null;
  delete container[key];
  return value;
}

function read({ container, key }: Place, context: string): Data | undefined {
  if (Array.isArray(container)) return container[indexOrThrow(container, key, context)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function indexOrThrow(list: readonly Data[], key: string, context: string): number {
  const index = existingIndex(list, key);
  if (index !== undefined) return index;
  const number = integer(key);
  if (number === undefined) throw failed(`${context}: ${notANumber(key)}`);
  throw invalidIndex(context, number);
}

function existingIndex(list: readonly Data[], key: string): number | undefined {
  const number = integer(key);
  if (number === undefined) return undefined;
  const index = number < 0 ? number + list.length : number;
  return index >= 0 && index < list.length ? index : undefined;
}

function integer(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function setKey(map: DataMap, key: string, value: Data): void {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true }); // `__proto__` is a key as any other
}

function isContainer(node: Data | undefined): node is Container {
  return typeof node === 'object' && node !== null;
}

function notANumber(key: string): string {
  return `strconv.Atoi: parsing "${key}": invalid syntax`;
}

function invalidIndex(context: string, index: number): KustomizeError {
  return failed(`${context}: Unable to access invalid index: ${index}: invalid index referenced`);
}

function missing(text: string): KustomizeError {
  return failed(`${text}: missing value`);
}

function failed(text: string): KustomizeError {
  return new KustomizeError(text);
}
