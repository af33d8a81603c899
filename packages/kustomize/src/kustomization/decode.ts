import { formatGoFloat, isPrintedAsInteger, type Data } from '@sluice/manifest';
import { compareBytes, quoted } from '../go-text.ts';
import { KustomizeError } from '../errors.ts';
import type { Shape, StructShape } from './shapes.ts';

/**
 * Reads data the way Go's `encoding/json` fills a struct: names match whatever their case, null leaves a field out,
 * types are strict. The first problem in order of sorted keys is the one that is reported.
 * @param strict whether unknown names are errors
 * @param coerce whether numbers and booleans do where text is wanted, as in files that are read as YAML for a type
 * @returns an object of exactly the shape's fields (absent ones left out), which the caller may cast to its type
 * @throws KustomizeError `json: …`
 */
export function decode(
  data: Data,
  shape: Shape,
  { strict, coerce = false }: { strict: boolean; coerce?: boolean },
): unknown {
  const decoder = new Decoder(strict, coerce);
  const value = decoder.read(data, shape, { struct: '', path: [] });
  if (decoder.problem !== undefined) throw new KustomizeError(decoder.problem);
  return value;
}

interface Place {
  /** Name of the innermost struct; `''` outside of any. */
  readonly struct: string;
  readonly path: readonly string[];
}

type DataMap = { [key: string]: Data };

class Decoder {
  problem: string | undefined;
  readonly #strict: boolean;
  readonly #coerce: boolean;

  constructor(strict: boolean, coerce: boolean) {
    this.#strict = strict;
    this.#coerce = coerce;
  }

  read(data: Data, shape: Shape, place: Place): unknown {
    if (data === null) return undefined;
    switch (shape.is) {
      case 'any':
        return data;
      case 'list':
        return Array.isArray(data) ? this.#readList(data, shape.of, place) : this.#mismatch(data, shape, place);
      case 'map':
        return isMap(data) ? this.#readMap(data, shape.of, place) : this.#mismatch(data, shape, place);
      case 'struct':
        return isMap(data) ? this.#readStruct(data, shape, place) : this.#mismatch(data, shape, place);
      case 'string':
        return typeof data === 'string' ? data : (this.#asText(data, shape) ?? this.#mismatch(data, shape, place));
      case 'bool':
        return typeof data === 'boolean' ? data : this.#mismatch(data, shape, place);
      default:
        return isInteger(data) ? Number(data) : this.#mismatch(data, shape, place);
    }
  }

  #readList(items: Data[], of: Shape, place: Place): unknown[] {
    return items.map((item) => this.read(item, of, place) ?? zeroOf(of));
  }

  #readMap(data: DataMap, of: Shape, place: Place): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const key of sortedKeys(data)) result[key] = this.read(data[key] ?? null, of, place) ?? zeroOf(of);
    return result;
  }

  #readStruct(data: DataMap, shape: StructShape, place: Place): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const key of sortedKeys(data)) {
      const field = fieldNamed(shape, key);
      if (field === undefined) {
        if (this.#strict) this.#report(`json: unknown field ${quoted(key)}`);
        continue;
      }
      const [name, fieldShape] = field;
      const value = this.read(data[key] ?? null, fieldShape, {
        struct: shape.name,
        path: [...place.path, ...(fieldShape.embedded ?? []), name],
      });
      if (value !== undefined) result[name] = value;
    }
    return result;
  }

  // Of embedded structs the converter looks at the struct where it should look at the field.
  #asText(data: Data, { embedded }: Shape): string | undefined {
    if (!this.#coerce || embedded !== undefined || typeof data === 'object') return undefined;
    return typeof data === 'number' && !isPrintedAsInteger(data) ? formatGoFloat(data, 32) : String(data);
  }

  #mismatch(data: Data, shape: Shape, place: Place): undefined {
    const got = typeName(data, shape);
    const where = place.struct === '' ? 'Go value' : `Go struct field ${place.struct}.${place.path.join('.')}`;
    this.#report(`json: cannot unmarshal ${got} into ${where} of type ${goType(shape)}`);
    return undefined;
  }

  #report(problem: string): void {
    this.problem ??= problem;
  }
}

function isMap(data: Data): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isInteger(data: Data): data is number | bigint {
  return typeof data === 'bigint' || (typeof data === 'number' && Number.isInteger(data));
}

function fieldNamed(shape: StructShape, key: string): [name: string, shape: Shape] | undefined {
  const exact = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
  if (exact !== undefined) return [key, exact];
  const lower = key.toLowerCase();
  return Object.entries(shape.fields).find(([name]) => name.toLowerCase() === lower);
}

function sortedKeys(data: DataMap): string[] {
  return Object.keys(data).sort(compareBytes);
}

function zeroOf(shape: Shape): unknown {
  switch (shape.is) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'int64':
      return 0;
    case 'struct':
      return {};
    default:
      return undefined;
  }
}

function typeName(data: Data, shape: Shape): string {
  if (Array.isArray(data)) return 'array';
  if (typeof data === 'boolean') return 'bool';
  if (typeof data === 'string') return 'string';
  if (typeof data === 'number' || typeof data === 'bigint')
    return shape.is.startsWith('int') ? `number ${data}` : 'number';
  return 'object';
}

function goType(shape: Shape): string {
  if (shape.go !== undefined) return shape.go;
  switch (shape.is) {
    case 'list':
      return `[]${goType(shape.of)}`;
    case 'map':
      return `map[string]${goType(shape.of)}`;
    case 'struct':
      return shape.name === 'TransformerConfig' ? 'builtinconfig.TransformerConfig' : `types.${shape.name}`;
    case 'any':
      return 'interface {}';
    default:
      return shape.is;
  }
}
