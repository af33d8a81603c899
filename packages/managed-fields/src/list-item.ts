import type { ListSchema } from '@sluice/kube-schema';
import { isObject } from './json.ts';
import { keyElement, valueElement, type PathElement } from './path.ts';

/** What identifies an item of a set or a keyed list, or why it has no identity, as messages put it. */
export type ItemIdentity = { readonly element: PathElement } | { readonly problem: string };

export function identifyItem(list: ListSchema, item: unknown): ItemIdentity {
  return list.type === 'map' ? identifyByKeys(list, item) : identifyByValue(item);
}

/** The identity of an item that has been validated. */
export function itemElement(list: ListSchema, item: unknown): PathElement | undefined {
  const identity = identifyItem(list, item);
  return 'element' in identity ? identity.element : undefined;
}

function identifyByKeys(list: ListSchema, item: unknown): ItemIdentity {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const fields: Record<string, unknown> = {};
  for (const key of list.keys) {
    const value = Object.hasOwn(item, key) ? item[key] : list.items.map?.fields.get(key)?.default;
    if (value !== undefined) fields[key] = value;
  }
  if (Object.keys(fields).length > 0) return { element: keyElement(fields) };
  const keys = list.keys.map((key) => JSON.stringify(key)).join(' ');
  return {
    problem: `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`,
  };
}

function identifyByValue(item: unknown): ItemIdentity {
  if (isObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  return { element: valueElement(item) };
}
