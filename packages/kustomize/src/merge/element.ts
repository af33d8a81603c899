import { isEmptyMap, isMissing, requireKind, textOf, valueOf, type Node, type SequenceNode } from '../tree.ts';

/**
 * SET of engine §10.4: rebuilds `list` with `element` in place of every element that has these keys with these texts
 * (`''` matches any), or without those when there is no `element`. Null and `{}` elements vanish.
 */
export function setElement(
  list: SequenceNode,
  element: Node | undefined,
  keys: readonly string[],
  values: readonly string[],
): void {
  const kept: Node[] = [];
  let hit = false;
  for (const item of list.items) {
    if (isMissing(item) || isEmptyMap(item)) continue;
    if (item.kind !== 'mapping' && keys[0] !== '' && (values[0] ?? '') !== '') {
      kept.push(item);
    } else if (!isHit(item, keys, values)) {
      if (values.length > 0) kept.push(item);
    } else {
      hit = true;
      if (element !== undefined) kept.push(element);
    }
  }
  if (!isMissing(element) && !hit) kept.push(element);
  list.items = kept;
}

/** The first element that has all keys with exactly these texts; with the key `''` the element's own text counts. */
export function findElement(
  list: Node | undefined,
  keys: readonly string[],
  values: readonly string[],
): Node | undefined {
  if (list?.kind !== 'sequence') return undefined;
  if ((keys[0] ?? '') === '') return list.items.find((item) => textOf(item) === (values[0] ?? ''));
  return list.items.find(
    (item) => item.kind === 'mapping' && keys.every((key, i) => item.has(key) && textOf(item.get(key)) === values[i]),
  );
}

function isHit(item: Node, keys: readonly string[], values: readonly string[]): boolean {
  let matched = false;
  for (const [j, key] of keys.entries()) {
    const value = values[j];
    if (value !== undefined) matched = hasText(item, key, value); // beyond the values the last outcome counts again
    if (!matched) return false;
  }
  return true;
}

function hasText(item: Node, key: string, value: string): boolean {
  if (key === '') {
    requireKind(item, 'scalar');
    return valueOf(item) === value;
  }
  requireKind(item, 'mapping');
  if (item.kind !== 'mapping') return false;
  const field = item.get(key);
  return field !== undefined && (value === '' || textOf(field) === value);
}
