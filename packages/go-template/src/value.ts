/** A value as Go sees it; `null` is nil. */
export type Value = null | boolean | string | Int | Float | Complex | List | Dict | Struct;

export type IntType = 'int' | 'int64' | 'uint8' | 'uint64';

export class Int {
  readonly value: bigint;
  readonly type: IntType;

  constructor(value: bigint, type: IntType = 'int') {
    this.value = type === 'int' || type === 'int64' ? BigInt.asIntN(64, value) : value;
    this.type = type;
  }
}

export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export class Complex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** The type of the elements of what holds values of any type. */
export const anyType = 'interface {}';

export class List {
  readonly items: readonly Value[];
  /** Type of the items: `interface {}`, `string`, `int`… */
  readonly element: string;
  /** Its own name, when it is a named type. */
  readonly named: string | undefined;

  constructor(items: readonly Value[], element: string = anyType, named?: string) {
    this.items = items;
    this.element = element;
    this.named = named;
  }
}

/** A map. Keys are strings, or structs that `keys` knows by a text of theirs; sprig changes maps in place. */
export class Dict {
  readonly entries: Map<string, Value>;
  readonly element: string;
  readonly named: string | undefined;
  readonly keys: ReadonlyMap<string, Struct> | undefined;

  constructor(
    entries: Iterable<readonly [string, Value]> = [],
    options: { element?: string; named?: string; keys?: ReadonlyMap<string, Struct> } = {},
  ) {
    this.entries = new Map(entries);
    this.element = options.element ?? anyType;
    this.named = options.named;
    this.keys = options.keys;
  }
}

/** Types of parameters; `value` takes whatever there is and nil, as `any` does, but is not named in errors. */
export type Parameter =
  | 'any'
  | 'value'
  | 'string'
  | 'int'
  | 'bool'
  | 'float64'
  | 'map[string]interface {}'
  | '[]interface {}'
  | 'time.Time'
  | '*semver.Version';

/** A function of templates, or a method of a struct. */
export interface Func {
  readonly parameters: readonly Parameter[];
  /** Type of each argument behind the parameters. */
  readonly rest?: Parameter;
  readonly call: (args: readonly Value[], run: Run) => Value;
}

/** What functions need of the run that they are part of. */
export interface Run {
  /** @throws TemplateExecError when more than the budget was spent, in steps, items and characters */
  spend(amount: number): void;
}

export interface Field {
  readonly name: string;
  readonly value: Value;
  /** Its fields count as those of the struct. */
  readonly embedded?: boolean;
}

export interface StructShape {
  readonly fields: readonly Field[];
  readonly methods?: Readonly<Record<string, Func>>;
  /** What `String()` answers. */
  readonly text?: string;
}

export class Struct {
  readonly type: string;
  readonly fields: readonly Field[];
  readonly methods: Readonly<Record<string, Func>>;
  readonly text: string | undefined;

  constructor(type: string, { fields, methods = {}, text }: StructShape) {
    this.type = type;
    this.fields = fields;
    this.text = text;
    this.methods = text === undefined ? methods : { String: { parameters: [], call: () => text }, ...methods };
  }

  /** The field of this name, also one of an embedded struct. */
  field(name: string): Field | undefined {
    const own = this.fields.find((field) => field.name === name);
    if (own !== undefined) return own;
    for (const { value, embedded } of this.fields) {
      const found = embedded === true && value instanceof Struct ? value.field(name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

export function int(value: number | bigint): Int {
  return new Int(BigInt(value));
}

export function strings(items: readonly string[]): List {
  return new List(items, 'string');
}

/** The name of the type as `%T` prints it. */
export function typeOf(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (value instanceof Int) return value.type;
  if (value instanceof Float) return 'float64';
  if (value instanceof Complex) return 'complex128';
  if (value instanceof List) return value.named ?? `[]${value.element}`;
  if (value instanceof Dict)
    return value.named ?? `map[${value.keys === undefined ? 'string' : 'struct'}]${value.element}`;
  return value.type;
}

/** The kind as Go's reflection names it. */
export function kindOf(value: Value): string {
  if (value === null) return 'invalid';
  if (value instanceof List) return 'slice';
  if (value instanceof Dict) return 'map';
  if (value instanceof Struct) return value.type.startsWith('*') ? 'ptr' : 'struct';
  return typeOf(value);
}

/** Whether `if` takes the value for true. */
export function isTrue(value: Value): boolean {
  if (value instanceof Struct) return true;
  return !isEmpty(value);
}

/** nil, false, 0 and what has no items or characters. A struct is never empty. */
export function isEmpty(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (value instanceof Int) return value.value === 0n;
  if (value instanceof Float) return value.value === 0;
  if (value instanceof Complex) return value.real === 0 && value.imaginary === 0;
  if (value instanceof List) return value.items.length === 0;
  return value instanceof Dict && value.entries.size === 0;
}

/** The pairs of a map in the order in which Go's templates and `fmt` go through it. */
export function sortedEntries({ entries, keys }: Dict): [Value, Value][] {
  const order = [...entries].sort(([a], [b]) => compareBytes(a, b));
  return order.map(([key, value]) => [keys?.get(key) ?? key, value]);
}

/** Order of the UTF-8 bytes. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Go's `reflect.DeepEqual`. */
export function deepEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeOf(a) !== typeOf(b)) return false;
  if (a instanceof Int && b instanceof Int) return a.value === b.value;
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imaginary === b.imaginary;
  if (a instanceof List && b instanceof List) return equalItems(a.items, b.items);
  if (a instanceof Dict && b instanceof Dict) {
    const isSame = ([key, value]: [string, Value]) =>
      b.entries.has(key) && deepEqual(value, b.entries.get(key) ?? null);
    return a.entries.size === b.entries.size && [...a.entries].every(isSame);
  }
  if (a instanceof Struct && b instanceof Struct) {
    return (
      a.text === b.text &&
      equalItems(
        a.fields.map(({ value }) => value),
        b.fields.map(({ value }) => value),
      )
    );
  }
  return false;
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, index) => deepEqual(item, b[index] ?? null));
}
