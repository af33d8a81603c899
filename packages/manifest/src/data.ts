/**
 * Plain data: what JSON can hold. An integer beyond 2^53 is a `bigint`, so that no digit is lost; `JSON.stringify`
 * refuses such data loudly, `toJson` and `stringify` write it. A key `__proto__` is an ordinary own property.
 */
export type Data = null | boolean | number | bigint | string | Data[] | DataObject;

export type DataObject = { [key: string]: Data };

/** Sets a property whatever its name is: assigning to `__proto__` would set the prototype instead. */
export function setProperty(object: DataObject, key: string, value: Data): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
