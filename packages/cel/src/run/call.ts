import type { FunctionDecl } from '../check/function.ts';
import { CelError, evaluationError } from '../error.ts';
import type { Step } from './frame.ts';
import { fitsType, typeNameOf, type Value } from './value.ts';

/** Types on which cel-go looks for a method before it gives up, which makes for a shorter message. */
const receivers: ReadonlySet<string> = new Set(['string', 'google.protobuf.Timestamp', 'google.protobuf.Duration']);

/** What the first operand of an operator has to be for the short message. */
const operands: Readonly<Record<string, readonly string[]>> = {
  '_+_': ['int', 'uint', 'double', 'bytes', 'list'],
  '_-_': ['int', 'uint', 'double'],
  '_*_': ['int', 'uint', 'double'],
  '_/_': ['int', 'uint', 'double'],
  '_%_': ['int', 'uint'],
  '-_': ['bool', 'int', 'uint', 'double'],
};
const compared: readonly string[] = ['bool', 'int', 'uint', 'double', 'bytes'];

/** A call whose overload is found by the values, as the types need not be known before. */
export function callStep(decl: FunctionDecl, args: readonly Step[]): Step {
  const overloads = decl.overloads.filter((overload) => overload.args.length === args.length);
  if (overloads.length === 0)
    throw new CelError('program', `no such overload: ${decl.name}${signatureOf(args.length)}`);
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    frame.budget.charge(1 + sizeOf(values));
    const overload = overloads.find(({ args: types }) => types.every((type, index) => fitsType(values[index]!, type)));
    if (overload === undefined) throw evaluationError(noOverload(decl, values));
    const result = overload.run(values, frame.budget);
    frame.budget.charge(sizeOf([result]));
    return result;
  };
}

/** A call of a function that there is not: an error when it is reached, or at once where nothing could make it right. */
export function unknownCallStep(name: string, args: readonly Step[]): Step {
  if (args.length === 0) throw new CelError('program', `no such overload: ${name}()`);
  return (frame) => {
    const [first] = args.map((arg) => arg(frame));
    throw evaluationError(receivers.has(typeNameOf(first!)) ? 'no such overload' : `no such overload: ${name}`);
  };
}

function signatureOf(count: number): string {
  return ['()', '(arg)', '(lhs, rhs)'][count] ?? '(...)';
}

/** Texts count by tenths of their length; other values are counted by the functions that walk them. */
function sizeOf(values: readonly Value[]): number {
  let size = 0;
  for (const value of values) {
    if (typeof value === 'string' || value instanceof Uint8Array) size += value.length / 10;
  }
  return size;
}

function noOverload({ name, noOverload: kind }: FunctionDecl, values: readonly Value[]): string {
  const types = values.map(typeNameOf);
  const first = types[0] ?? '';
  if (kind === 'typed') return `no such overload: ${name}(${types.join(', ')})`;
  const works = receivers.has(first) || (operands[name] ?? compared).includes(first);
  return kind === 'plain' || (kind === 'operator' && works) ? 'no such overload' : `no such overload: ${name}`;
}
