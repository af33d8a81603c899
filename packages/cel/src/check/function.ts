import type { Regexp } from '@sluice/go-regexp';
import type { Value } from '../run/value.ts';
import { listOf, mapOf, opaqueType, optionalOf, paramType, typeOf, types, type Type } from './type.ts';

/** What a function may use beside its arguments. */
export type CallContext = {
  /** Counts work that grows with the values. @throws CelError `limit` */
  readonly charge: (cost: number) => void;
  /** A pattern, compiled once, to be run on the text. @throws CelError when it is none, or the run would cost too much */
  readonly regexp: (pattern: string, text: string) => Regexp;
};

export type Implementation = (args: readonly Value[], context: CallContext) => Value;

/** One way to call a function. */
export type Overload = {
  readonly args: readonly Type[];
  readonly result: Type;
  /** Whether it is called as `arg0.name(…)`. */
  readonly isMethod: boolean;
  readonly run: Implementation;
};

export type FunctionDecl = {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** What the error says of a call that no overload takes. */
  readonly noOverload: NoOverload;
};

/** `plain` nothing more, `named` the function, `typed` also the types; `operator` is plain for types it can work on. */
export type NoOverload = 'plain' | 'named' | 'typed' | 'operator';

/**
 * Overloads as data: the signature `'string.(int, int) string'` is a method, `'(list(A)) int'` a function; a capital letter
 * alone is a parameter.
 */
export function declare(
  name: string,
  overloads: Readonly<Record<string, Implementation>>,
  noOverload: NoOverload = 'typed',
): FunctionDecl {
  const parsed = Object.entries(overloads).map(([signature, run]) => ({ ...parseSignature(signature), run }));
  return { name, overloads: parsed, noOverload };
}

function parseSignature(signature: string): Omit<Overload, 'run'> {
  const reader = new SignatureReader(signature);
  const target = reader.next === '(' ? undefined : reader.type();
  if (target !== undefined) reader.skip('.');
  const rest = reader.list();
  const args = target === undefined ? rest : [target, ...rest];
  return { args, result: reader.type(), isMethod: target !== undefined };
}

class SignatureReader {
  #rest: string;

  constructor(signature: string) {
    this.#rest = signature;
  }

  get next(): string {
    return this.#rest[0] ?? '';
  }

  skip(text: string): void {
    if (!this.#rest.startsWith(text)) throw new Error(`bad signature: '${text}' is missing before '${this.#rest}'`);
    this.#rest = this.#rest.slice(text.length).trimStart();
  }

  list(): Type[] {
    const items: Type[] = [];
    this.skip('(');
    while (this.next !== ')') {
      if (items.length > 0) this.skip(',');
      items.push(this.type());
    }
    this.skip(')');
    return items;
  }

  type(): Type {
    const name = /^(?:(?:kubernetes|net)\.)?\w+/.exec(this.#rest)?.[0] ?? '';
    this.skip(name);
    return namedType(name, this.next === '(' ? this.list() : []);
  }
}

function namedType(name: string, params: readonly Type[]): Type {
  const [first = types.dyn, second = types.dyn] = params;
  if (name === 'list') return listOf(first);
  if (name === 'map') return mapOf(first, second);
  if (name === 'optional') return optionalOf(first);
  if (name === 'type') return typeOf(first);
  if (/^[A-Z]$/.test(name)) return paramType(name);
  if (name.includes('.')) return opaqueType(name);
  const basic: Readonly<Record<string, Type>> = types;
  const found = basic[name];
  if (found === undefined) throw new Error(`bad signature: no type '${name}'`);
  return found;
}
