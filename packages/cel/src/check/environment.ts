import type { FunctionDecl } from './function.ts';

/** What expressions can use, beside their variables. */
export type Environment = {
  readonly functions: ReadonlyMap<string, FunctionDecl>;
  readonly twoVariableMacros: boolean;
  readonly quotedFields: boolean;
  /** Whether a constant that is no duration, time or pattern is an error of the type check. */
  readonly checksLiterals: boolean;
};

/** @param libraries the overloads of functions with the same name are joined */
export function createEnvironment(
  libraries: readonly (readonly FunctionDecl[])[],
  options: Partial<Omit<Environment, 'functions'>> = {},
): Environment {
  const functions = new Map<string, FunctionDecl>();
  for (const decl of libraries.flat()) {
    const known = functions.get(decl.name);
    functions.set(
      decl.name,
      known === undefined ? decl : { ...known, overloads: [...known.overloads, ...decl.overloads] },
    );
  }
  return { functions, twoVariableMacros: false, quotedFields: false, checksLiterals: false, ...options };
}
