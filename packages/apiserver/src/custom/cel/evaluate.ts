import { isRecord } from '../../json.ts';
import { findFunction, findMacro } from './functions.ts';
import { CelSyntaxError, type Expression } from './parse.ts';
import { CelError, noSuchKey, type CelValue } from './values.ts';

/** The variables of an expression: `self`, `oldSelf`, and those of macros. */
export type Scope = Readonly<Record<string, CelValue>>;

/** @throws CelError when the expression has no value */
export function evaluate(expression: Expression, scope: Scope): CelValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      if (!Object.hasOwn(scope, expression.name)) throw new CelError(`undeclared reference to '${expression.name}'`);
      return scope[expression.name];
    case 'select':
      return select(evaluate(expression.target, scope), fieldName(expression.field));
    case 'index':
      return indexOf(evaluate(expression.target, scope), evaluate(expression.index, scope));
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'map':
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [String(evaluate(key, scope) as string), evaluate(value, scope)]),
      );
    case 'call':
      return evaluateCall(expression, scope);
  }
}

type Call = Extract<Expression, { kind: 'call' }>;

function evaluateCall(call: Call, scope: Scope): CelValue {
  const { name, target, args } = call;
  switch (name) {
    case '_&&_':
      return logical(args, scope, false);
    case '_||_':
      return logical(args, scope, true);
    case '_?_:_':
      return evaluate(args[evaluate(args[0]!, scope) === true ? 1 : 2]!, scope);
    case 'has':
      return has(args[0]!, scope);
  }
  const macro = target === undefined ? undefined : findMacro(name);
  if (macro !== undefined && target !== undefined) {
    const variable = args[0]?.kind === 'name' ? args[0].name : '';
    const body = args.at(-1)!;
    return macro(evaluate(target, scope), (item) => evaluate(body, { ...scope, [variable]: item }));
  }
  const values = [...(target === undefined ? [] : [target]), ...args].map((arg) => evaluate(arg, scope));
  const perform = findFunction(name);
  if (perform === undefined) throw new CelError(`undeclared reference to '${name}'`);
  return perform(...values);
}

/** `&&` and `||` do not mind an error on one side when the other decides. */
function logical([left, right]: readonly Expression[], scope: Scope, decisive: boolean): CelValue {
  let failure: unknown;
  for (const side of [left!, right!]) {
    try {
      if (evaluate(side, scope) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw failure as CelError;
  return !decisive;
}

function has(argument: Expression, scope: Scope): boolean {
  if (argument.kind !== 'select') throw new CelError('invalid argument to has() macro');
  const target = evaluate(argument.target, scope);
  const field = fieldName(argument.field);
  return isRecord(target) && Object.hasOwn(target, field) && target[field] !== null;
}

function select(target: CelValue, field: string): CelValue {
  if (isRecord(target) && Object.hasOwn(target, field)) return target[field];
  throw noSuchKey(field);
}

function indexOf(target: CelValue, index: CelValue): CelValue {
  if (Array.isArray(target) && typeof index === 'number') {
    if (index < 0 || index >= target.length) throw new CelError(`index out of bounds: ${index}`);
    return target[index];
  }
  return select(target, String(index as string));
}

const escaped: Readonly<Record<string, string>> = { dot: '.', dash: '-', slash: '/', underscores: '__' };

/** A property whose name is no identifier of CEL is written escaped: `a__dot__b`, `__in__`. */
function fieldName(field: string): string {
  const keyword = /^__([a-z]+)__$/.exec(field)?.[1];
  if (keyword !== undefined && escaped[keyword] === undefined) return keyword;
  return field.replace(/__(dot|dash|slash|underscores)__/g, (_all, name: string) => escaped[name] ?? '');
}

/** Checks that all that is called and named exists. @throws CelSyntaxError */
export function checkNames(expression: Expression, names: ReadonlySet<string>): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'name':
      if (!names.has(expression.name)) throw undeclared(expression.name);
      return;
    case 'select':
      checkNames(expression.target, names);
      return;
    case 'index':
      checkNames(expression.target, names);
      checkNames(expression.index, names);
      return;
    case 'list':
      for (const item of expression.items) checkNames(item, names);
      return;
    case 'map':
      for (const part of expression.entries.flat()) checkNames(part, names);
      return;
    case 'call':
      checkCall(expression, names);
  }
}

function checkCall({ name, target, args }: Call, names: ReadonlySet<string>): void {
  if (target !== undefined) checkNames(target, names);
  if (target !== undefined && findMacro(name) !== undefined) {
    const [variable, ...bodies] = args;
    const inner = new Set([...names, variable?.kind === 'name' ? variable.name : '']);
    for (const body of bodies) checkNames(body, inner);
    return;
  }
  const special = ['_&&_', '_||_', '_?_:_', 'has'];
  if (!special.includes(name) && findFunction(name) === undefined) throw undeclared(name);
  for (const argument of args) checkNames(argument, names);
}

function undeclared(name: string): CelSyntaxError {
  return new CelSyntaxError(`undeclared reference to '${name}' (in container '')`);
}
