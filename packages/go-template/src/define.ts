import { FunctionError } from './error.ts';
import { Dict, Float, Int, List, type Func, type Parameter, type Run, type Value } from './value.ts';

/** What each type of parameter is handed over as. */
interface Handed {
  any: Value;
  value: Value;
  string: string;
  int: number;
  bool: boolean;
  float64: number;
  'map[string]interface {}': Dict;
  '[]interface {}': List;
  'time.Time': Value;
  '*semver.Version': Value;
}

type HandedOf<T extends readonly Parameter[]> = { [K in keyof T]: Handed[T[K]] };

/** A function with a fixed number of parameters. */
export function define<const T extends readonly Parameter[]>(
  parameters: T,
  call: (args: HandedOf<T>, run: Run) => Value,
): Func {
  return { parameters, call: (args, run) => call(handAll<HandedOf<T>>(args, parameters), run) };
}

/** A function that takes any number of arguments behind its parameters. */
export function defineRest<const T extends readonly Parameter[], R extends Parameter>(
  parameters: T,
  rest: R,
  call: (args: HandedOf<T>, rest: Handed[R][], run: Run) => Value,
): Func {
  return {
    parameters,
    rest,
    call: (args, run) => {
      const fixed = handAll<HandedOf<T>>(args.slice(0, parameters.length), parameters);
      const more = args.slice(parameters.length).map((arg) => hand(arg, rest));
      return call(fixed, more as Handed[R][], run);
    },
  };
}

/** Types are checked before a call, so each argument is what its parameter says. */
function handAll<T>(args: readonly Value[], parameters: readonly Parameter[]): T {
  return args.map((arg, index) => hand(arg, parameters[index])) as T;
}

function hand(value: Value, type: Parameter | undefined): unknown {
  if (type === 'int' && value instanceof Int) return Number(value.value);
  if (type === 'float64' && value instanceof Float) return value.value;
  if (type === 'map[string]interface {}' && value === null) return new Dict();
  if (type === '[]interface {}' && value === null) return new List([]);
  return value;
}

/** A function that cannot answer twice alike, or needs what a template may not have. */
export function unsupported(name: string): Func {
  return defineRest([], 'any', () => {
    throw new FunctionError(`the function ${name} is not supported`);
  });
}
