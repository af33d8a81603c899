import { CelError } from '../error.ts';
import type { Call, Expr, Fold, ListLiteral, MapLiteral, Select, WithOptional } from '../syntax/ast.ts';
import { formatIssues, type Issue, type Source } from '../syntax/source.ts';
import type { Environment } from './environment.ts';
import type { FunctionDecl } from './function.ts';
import { literalIssues } from './literal-rules.ts';
import { qualifiedName } from './names.ts';
import { formatType, listOf, mapOf, optionalOf, paramType, typeOf, types, type Type } from './type.ts';
import { assign, assignAll, mostGeneral, substitute, type Bindings } from './unify.ts';
import { typeOfLiteral, typesByName } from './well-known.ts';

/** Variables in reach; those of macros hide others. */
type Scope = ReadonlyMap<string, Type>;

/**
 * The type of an expression.
 * @throws CelError `parse`, with everything that is wrong
 */
export function checkExpression(
  expr: Expr,
  source: Source,
  environment: Environment,
  variables: Readonly<Record<string, Type>>,
): Type {
  const checker = new Checker(environment);
  const type = checker.check(expr, new Map(Object.entries(variables)));
  const issues =
    checker.issues.length > 0 ? checker.issues : literalIssues(expr, environment, (of) => checker.typeOf(of));
  if (issues.length > 0) throw new CelError('parse', formatIssues(source, issues));
  return checker.final(type);
}

class Checker {
  readonly issues: Issue[] = [];
  readonly #environment: Environment;
  readonly #types = new Map<Expr, Type>();
  #bindings: Bindings = new Map();
  #fresh = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  typeOf(expr: Expr): Type {
    return this.final(this.#types.get(expr) ?? types.error);
  }

  final(type: Type): Type {
    return substitute(this.#bindings, type, true);
  }

  check(expr: Expr, scope: Scope): Type {
    const type = this.#check(expr, scope);
    this.#types.set(expr, type);
    return type;
  }

  #check(expr: Expr, scope: Scope): Type {
    switch (expr.kind) {
      case 'literal':
        return typeOfLiteral(expr.value);
      case 'ident':
        return scope.get(expr.name) ?? typeNamed(expr.name) ?? this.#undeclared(expr.offset, expr.name);
      case 'select':
        return this.#select(expr, scope);
      case 'call':
        return this.#call(expr, scope);
      case 'list':
        return this.#list(expr, scope);
      case 'map':
        return this.#map(expr, scope);
      case 'message':
        return this.#undeclared(expr.offset, expr.type);
      case 'fold':
        return this.#fold(expr, scope);
      case 'withOptional':
        return this.#withOptional(expr, scope);
    }
  }

  #select(expr: Select, scope: Scope): Type {
    const name = qualifiedName(expr);
    const root = name?.split('.')[0] ?? '';
    const type = name === undefined || scope.has(root) ? undefined : typeNamed(name);
    if (type !== undefined) return type;
    const operand = this.#current(this.check(expr.operand, scope));
    const optional = operand.kind === 'optional';
    const field = this.#field(expr, optional ? this.#current(operand.params[0]!) : operand);
    if (expr.mode === 'test') return types.bool;
    return expr.mode === 'optional' || optional ? optionalOf(field) : field;
  }

  #field({ offset, field }: Select, type: Type): Type {
    if (type.kind === 'map') return type.params[1]!;
    if (type.kind === 'object') {
      const found = Object.hasOwn(type.fields ?? {}, field) ? type.fields?.[field] : undefined;
      return found?.type ?? this.#issue(offset, `undefined field '${field}'`);
    }
    if (type.kind === 'dyn' || type.kind === 'error') return types.dyn;
    if (type.kind === 'param') {
      this.#bindings = assign(this.#bindings, type, types.dyn) ?? this.#bindings;
      return types.dyn;
    }
    this.#issue(offset, `type '${formatType(this.final(type))}' does not support field selection`);
    return types.dyn;
  }

  #call(expr: Call, scope: Scope): Type {
    const { offset, name, target } = expr;
    const prefix = target === undefined ? undefined : qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : this.#environment.functions.get(`${prefix}.${name}`);
    if (namespaced !== undefined) return this.#resolve(offset, namespaced, false, this.#checkAll(expr.args, scope));
    const own = target === undefined ? [] : [this.check(target, scope)];
    const args = [...own, ...this.#checkAll(expr.args, scope)];
    if (name === '_&&_' || name === '_||_') return this.#logic(expr, args);
    const decl = this.#environment.functions.get(name);
    if (decl === undefined) return this.#undeclared(offset, name);
    return this.#resolve(offset, decl, target !== undefined, args);
  }

  #checkAll(args: readonly Expr[], scope: Scope): Type[] {
    return args.map((arg) => this.check(arg, scope));
  }

  #logic({ args }: Call, found: readonly Type[]): Type {
    const fits = args.map((arg, index) => this.#require(arg.offset, types.bool, found[index]!));
    return fits.every(Boolean) ? types.bool : types.error;
  }

  #require(offset: number, expected: Type, found: Type): boolean {
    const bindings = assign(this.#bindings, expected, found);
    if (bindings === undefined) {
      this.#issue(offset, mismatch(this.#current(expected), this.#current(found)));
      return false;
    }
    this.#bindings = bindings;
    return true;
  }

  #resolve(offset: number, decl: FunctionDecl, isMethod: boolean, args: readonly Type[]): Type {
    let result: Type | undefined;
    for (const overload of decl.overloads) {
      if (overload.isMethod !== isMethod || overload.args.length !== args.length) continue;
      const rename = this.#renaming();
      const wanted = overload.args.map(rename);
      const bindings = assignAll(this.#bindings, wanted, args);
      if (bindings === undefined) continue;
      this.#bindings = bindings;
      const own = substitute(bindings, rename(overload.result));
      if (result === undefined) result = own;
      else if (result.kind !== 'dyn' && formatType(result) !== formatType(own)) result = types.dyn;
    }
    return result ?? this.#noOverload(offset, decl.name, isMethod, args);
  }

  /** Gives the parameters of one signature names of their own. */
  #renaming(): (type: Type) => Type {
    const names = new Map<string, string>();
    const rename = (type: Type): Type => {
      if (type.kind !== 'param') return type.params.length === 0 ? type : { ...type, params: type.params.map(rename) };
      const name = names.get(type.name) ?? this.#freshName();
      names.set(type.name, name);
      return paramType(name);
    };
    return rename;
  }

  #freshName(): string {
    this.#fresh += 1;
    return `_var${this.#fresh - 1}`;
  }

  #noOverload(offset: number, name: string, isMethod: boolean, args: readonly Type[]): Type {
    const texts = args.map((arg) => formatType(this.final(arg)));
    const signature = isMethod ? `${texts[0]}.(${texts.slice(1).join(', ')})` : `(${texts.join(', ')})`;
    return this.#issue(offset, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  #list({ elements }: ListLiteral, scope: Scope): Type {
    let joined: Type | undefined;
    for (const { value, optional } of elements) {
      joined = this.#join(joined, this.#element(value, optional, this.check(value, scope)));
    }
    return listOf(joined ?? paramType(this.#freshName()));
  }

  /** What an element adds: an optional one has to be an optional, and adds what is in it. */
  #element({ offset }: Expr, optional: boolean, type: Type): Type {
    if (!optional) return type;
    const found = this.#current(type);
    if (found.kind === 'optional') return found.params[0]!;
    this.#require(offset, optionalOf(type), type);
    return found;
  }

  #map({ entries }: MapLiteral, scope: Scope): Type {
    let [keys, values]: (Type | undefined)[] = [];
    for (const { key, value, optional } of entries) {
      keys = this.#join(keys, this.check(key, scope));
      values = this.#join(values, this.#element(value, optional, this.check(value, scope)));
    }
    return mapOf(keys ?? paramType(this.#freshName()), values ?? paramType(this.#freshName()));
  }

  #join(joined: Type | undefined, next: Type): Type {
    if (joined === undefined) return next;
    const bindings = assign(this.#bindings, joined, next);
    if (bindings === undefined) return types.dyn;
    this.#bindings = bindings;
    return mostGeneral(joined, next);
  }

  #fold(expr: Fold, scope: Scope): Type {
    const range = this.#current(this.check(expr.range, scope));
    const inner = new Map([...scope, ...this.#foldVariables(expr, range)]);
    const predicate = expr.predicate === undefined ? undefined : this.check(expr.predicate, inner);
    if (expr.macro === 'all' || expr.macro === 'exists') {
      this.#require(expr.predicate!.offset, types.bool, predicate!);
      return types.bool;
    }
    const made = this.#foldResult(expr, range, inner);
    if (predicate !== undefined && assign(this.#bindings, types.bool, predicate) === undefined) {
      return this.#noOverload(expr.offset, '_?_:_', false, [predicate, made, made]);
    }
    return expr.macro === 'existsOne' ? types.bool : made;
  }

  #foldVariables({ range: { offset }, variables }: Fold, range: Type): [string, Type][] {
    const [first, second] = variables;
    const wild = range.kind === 'dyn' || range.kind === 'error' || range.kind === 'param';
    if (!wild && range.kind !== 'list' && range.kind !== 'map') {
      const text = `expression of type '${formatType(this.final(range))}' cannot be range of a comprehension`;
      this.#issue(offset, `${text} (must be list, map, or dynamic)`);
    }
    const [key = types.dyn, value = types.dyn] = range.kind === 'list' ? [types.int, range.params[0]] : range.params;
    if (second !== undefined)
      return [
        [first, wild ? types.dyn : key],
        [second, wild ? types.dyn : value],
      ];
    return [[first, wild ? types.dyn : range.kind === 'list' ? value : key]];
  }

  /** The type that the macro gathers, before it is turned into its result. */
  #foldResult(expr: Fold, range: Type, scope: Scope): Type {
    if (expr.macro === 'existsOne') return types.int;
    if (expr.macro === 'filter') return listOf(scope.get(expr.variables[0]) ?? types.dyn);
    const made = this.check(expr.transform!, scope);
    if (expr.into === 'list') return listOf(made);
    return mapOf(range.kind === 'list' ? types.int : (range.params[0] ?? types.dyn), made);
  }

  #withOptional({ offset, target, variable, body, flat }: WithOptional, scope: Scope): Type {
    const type = this.#current(this.check(target, scope));
    const inner = type.kind === 'optional' ? type.params[0]! : types.dyn;
    if (type.kind !== 'optional' && type.kind !== 'dyn' && type.kind !== 'error') {
      return this.#noOverload(offset, 'hasValue', true, [type]);
    }
    const made = this.check(body, new Map([...scope, [variable, inner]]));
    if (!flat) return optionalOf(made);
    const none = optionalOf(paramType(this.#freshName()));
    const bindings = assign(this.#bindings, none, made);
    if (bindings === undefined) return this.#noOverload(offset, '_?_:_', false, [types.bool, made, none]);
    this.#bindings = bindings;
    return made;
  }

  /** The type with what has become known of its parameters. */
  #current(type: Type): Type {
    return substitute(this.#bindings, type);
  }

  #undeclared(offset: number, name: string): Type {
    return this.#issue(offset, `undeclared reference to '${name}' (in container '')`);
  }

  #issue(offset: number, message: string): Type {
    this.issues.push({ offset, message });
    return types.error;
  }
}

function typeNamed(name: string): Type | undefined {
  const type = typesByName.get(name);
  return type === undefined ? undefined : typeOf(type);
}

function mismatch(expected: Type, found: Type): string {
  return `expected type '${formatType(expected)}' but found '${formatType(found)}'`;
}
