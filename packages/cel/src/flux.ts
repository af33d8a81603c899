import { createEnvironment } from './check/environment.ts';
import { formatType, sameType, structType, type Type } from './check/type.ts';
import { compile, type Program } from './compile.ts';
import { CelError } from './error.ts';
import { encoders } from './library/encoders.ts';
import { operators } from './library/operators.ts';
import { optionals } from './library/optionals.ts';
import { sets } from './library/sets.ts';
import { standard } from './library/standard.ts';
import { strings } from './library/strings.ts';

/** What Flux's expressions can use. */
export const fluxEnvironment = createEnvironment([operators, standard, optionals, strings, sets, encoders]);

/** Longer than any expression that a person maintains. */
const maxLength = 4096;

/** An expression of a Flux object; its errors are those that Flux puts into conditions. */
export type FluxExpression = {
  readonly text: string;
  /** @throws CelError also when the result is no bool */
  evaluateBoolean(data: Readonly<Record<string, unknown>>): boolean;
  /** @throws CelError also when the result is no string */
  evaluateString(data: Readonly<Record<string, unknown>>): string;
};

export type FluxExpressionOptions = {
  /** Names of the variables, which are JSON objects. Without them only the syntax is checked, and any variable may come. */
  readonly variables?: readonly string[];
  /** The type that the result must be known to have; only together with `variables`. */
  readonly result?: Type;
};

/** @throws CelError `parse` or `program`, with Flux's text */
export function compileFluxExpression(text: string, { variables, result }: FluxExpressionOptions = {}): FluxExpression {
  const typed = variables === undefined ? {} : { variables: structs(variables) };
  const program = compileWithFluxErrors(text, () =>
    compile(text, { environment: fluxEnvironment, maxLength, ...typed }),
  );
  if (result !== undefined && !sameType(result, program.type)) {
    const found = typeText(program.type);
    throw new CelError('parse', `CEL expression output type mismatch: expected ${typeText(result)}, got ${found}`);
  }
  const evaluate = (data: Readonly<Record<string, unknown>>) => evaluateWithFluxErrors(program, data);
  return {
    text,
    evaluateBoolean(data) {
      const value = evaluate(data);
      if (typeof value === 'boolean') return value;
      throw new CelError('evaluate', `failed to evaluate CEL expression as boolean: '${text}'`);
    },
    evaluateString(data) {
      const value = evaluate(data);
      if (typeof value === 'string') return value;
      throw new CelError('evaluate', `failed to evaluate CEL expression as string: '${text}'`);
    },
  };
}

function structs(names: readonly string[]): Record<string, Type> {
  return Object.fromEntries(names.map((name) => [name, structType]));
}

/** Here Go prints a type by its full name, elsewhere by its short one. */
function typeText(type: Type): string {
  const { label: _, ...named } = type;
  return formatType({ ...named, params: type.params });
}

function compileWithFluxErrors(text: string, run: () => Program): Program {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const what =
      error.phase === 'program' ? 'failed to create CEL program' : `failed to parse the CEL expression '${text}'`;
    throw new CelError(error.phase, `${what}: ${error.message}`, { cause: error });
  }
}

function evaluateWithFluxErrors(program: Program, data: Readonly<Record<string, unknown>>) {
  try {
    return program.evaluate(data);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const message = `failed to evaluate the CEL expression '${program.text}': ${error.message}`;
    throw new CelError(error.phase, message, { cause: error });
  }
}
