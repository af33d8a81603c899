import type { Data, DataObject } from './data.ts';
import { compareKeys } from './key-order.ts';
import { formatGoFloat, isPrintedAsInteger } from './numbers.ts';
import { printString } from './print-scalar.ts';

/** Bytes up to which a key is written before its colon; longer ones and those of several lines follow a `?`. */
const maxSimpleKeyBytes = 128;

/**
 * One document as kustomize prints it: keys sorted, two spaces of indentation, lists at the column of their key, lines
 * folded behind column 80. Ends in a line break.
 * @see engine §16
 */
export function stringify(data: Data): string {
  return new Printer().print(data);
}

/** Several documents, joined by `---` lines; `''` for none. */
export function stringifyAll(list: readonly Data[]): string {
  return list.map((data) => stringify(data)).join('---\n');
}

class Printer {
  #text = '';

  print(data: Data): string {
    if (isCollection(data)) this.#printCollection(data, 0);
    else this.#printScalar(data, { column: -1, indent: 2 });
    this.#text += '\n';
    return this.#text;
  }

  /** Prints a list or map that is not empty, its first line at the current place, the others at `indent`. */
  #printCollection(data: Data[] | DataObject, indent: number): void {
    if (Array.isArray(data)) this.#printList(data, indent);
    else this.#printMap(data, indent);
  }

  #printMap(map: DataObject, indent: number): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    const lineStart = `\n${' '.repeat(indent)}`;
    let isFirst = true;
    for (const key of keys.length > 1 ? keys.sort(compareKeys) : keys) {
      if (!isFirst) this.#text += lineStart;
      isFirst = false;
      if (isSimpleKey(key)) this.#printField(key, map[key]!, indent);
      else this.#printLongField(key, map[key]!, indent);
    }
  }

  #printField(key: string, value: Data, indent: number): void {
    const printed = printString(key, { column: indent, indent, breakable: false });
    this.#text += `${printed}:`;
    if (!isCollection(value)) {
      this.#text += ' ';
      this.#printScalar(value, { column: indent + printed.length + 1, indent: indent + 2 });
      return;
    }
    const inner = Array.isArray(value) ? indent : indent + 2;
    this.#text += `\n${' '.repeat(inner)}`;
    this.#printCollection(value, inner);
  }

  #printLongField(key: string, value: Data, indent: number): void {
    this.#text += '? ';
    this.#printScalar(key, { column: indent + 1, indent: indent + 2 });
    this.#text += `\n${' '.repeat(indent)}: `;
    this.#printItem(value, indent);
  }

  #printList(list: readonly Data[], indent: number): void {
    const lineStart = `\n${' '.repeat(indent)}- `;
    list.forEach((item, i) => {
      this.#text += i === 0 ? '- ' : lineStart;
      this.#printItem(item, indent);
    });
  }

  /** Prints what follows an indicator at the column `indent`. */
  #printItem(item: Data, indent: number): void {
    if (isCollection(item)) this.#printCollection(item, indent + 2);
    else this.#printScalar(item, { column: indent + 1, indent: indent + 2 });
  }

  /** `column` is that of the blank before the scalar, where go-yaml counts from. */
  #printScalar(value: Data, { column, indent }: { column: number; indent: number }): void {
    if (typeof value === 'string') this.#text += printString(value, { column: column + 1, indent, breakable: true });
    else this.#text += printOther(value);
  }
}

function isSimpleKey(key: string): boolean {
  if (/[\n\r\u0085\u2028\u2029]/.test(key)) return false;
  return key.length <= maxSimpleKeyBytes / 4 || new TextEncoder().encode(key).length <= maxSimpleKeyBytes;
}

/** Whether there is something to print on lines of its own; `{}` and `[]` are printed like scalars. */
function isCollection(data: Data): data is Data[] | DataObject {
  if (typeof data !== 'object' || data === null) return false;
  if (Array.isArray(data)) return data.length > 0;
  for (const key in data) if (data[key] !== undefined) return true;
  return false;
}

function printOther(value: Data): string {
  switch (typeof value) {
    case 'number':
      return printNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : Array.isArray(value) ? '[]' : '{}';
  }
}

function printNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a JSON number: ${value}`);
  return isPrintedAsInteger(value) ? String(value) : formatGoFloat(value);
}
