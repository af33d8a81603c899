import type { Call, Expr, Fold, FoldMacro } from './ast.ts';
import type { Issue } from './source.ts';

type Made = Expr | { readonly error: Issue };

/** What a call means: most are calls of functions, some are macros, which rather are syntax. */
export function callOrMacro(call: Call, twoVariables: boolean): Made {
  const { target, name, args } = call;
  if (target === undefined) return name === 'has' && args.length === 1 ? has(call, args[0]!) : call;
  const optional = name === 'optMap' || name === 'optFlatMap';
  if (optional) return args.length === 2 ? withOptional(call, target) : call;
  return fold(call, target) ?? (twoVariables ? foldPairs(call, target) : undefined) ?? call;
}

function has({ offset }: Call, arg: Expr): Made {
  if (arg.kind === 'select' && arg.mode === 'get') return { ...arg, offset, mode: 'test' };
  return failure(arg, 'invalid argument to has() macro');
}

function withOptional({ offset, name, args }: Call, target: Expr): Made {
  const [variable, body] = args as [Expr, Expr];
  if (variable.kind !== 'ident') return failure(variable, `${name}() variable name must be a simple identifier`);
  return { kind: 'withOptional', offset, target, variable: variable.name, body, flat: name === 'optFlatMap' };
}

const macros: Readonly<Record<string, FoldMacro>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'existsOne',
  filter: 'filter',
  map: 'map',
};

/** @returns `undefined` when it is no macro with one variable */
function fold({ offset, name, args }: Call, range: Expr): Made | undefined {
  const macro = Object.hasOwn(macros, name) ? macros[name] : undefined;
  if (macro === undefined || (args.length !== 2 && !(macro === 'map' && args.length === 3))) return undefined;
  const [variable, second, third] = args as [Expr, Expr, Expr?];
  const misnamed =
    macro === 'map' || macro === 'filter' ? 'argument is not an identifier' : 'argument must be a simple name';
  const checked = checkVariable(variable, misnamed);
  if (typeof checked !== 'string') return checked;
  const made = { kind: 'fold', offset, macro, into: 'list', range, variables: [checked] } as const;
  if (macro !== 'map') return { ...made, predicate: second };
  return third === undefined ? { ...made, transform: second } : { ...made, predicate: second, transform: third };
}

const pairMacros: Readonly<Record<string, Pick<Fold, 'macro' | 'into'>>> = {
  all: { macro: 'all', into: 'list' },
  exists: { macro: 'exists', into: 'list' },
  exists_one: { macro: 'existsOne', into: 'list' },
  existsOne: { macro: 'existsOne', into: 'list' },
  transformList: { macro: 'map', into: 'list' },
  transformMap: { macro: 'map', into: 'map' },
};

/** @returns `undefined` when it is no macro with two variables */
function foldPairs({ offset, name, args }: Call, range: Expr): Made | undefined {
  const found = Object.hasOwn(pairMacros, name) ? pairMacros[name] : undefined;
  if (found === undefined || (args.length !== 3 && !(found.macro === 'map' && args.length === 4))) return undefined;
  const [first, second, third, fourth] = args as [Expr, Expr, Expr, Expr?];
  const misnamed = 'argument must be a simple name';
  const [key, value] = [checkVariable(first, misnamed), checkVariable(second, misnamed)];
  if (typeof key !== 'string') return key;
  if (typeof value !== 'string') return value;
  if (key === value) return failure(second, `duplicate variable name: ${key}`);
  const made = { kind: 'fold', offset, ...found, range, variables: [key, value] } as const;
  if (found.macro !== 'map') return { ...made, predicate: third };
  return fourth === undefined ? { ...made, transform: third } : { ...made, predicate: third, transform: fourth };
}

function checkVariable(variable: Expr, misnamed: string): string | { error: Issue } {
  if (variable.kind !== 'ident') return failure(variable, misnamed);
  const accumulator = variable.name === '__result__';
  return accumulator ? failure(variable, 'iteration variable overwrites accumulator variable') : variable.name;
}

function failure({ offset }: Expr, message: string): { error: Issue } {
  return { error: { offset, message } };
}
