import { CelError, evaluationError } from '../error.ts';
import type { FoldMacro } from '../syntax/ast.ts';
import type { Frame, Step } from './frame.ts';
import { MadeMap, MapValue, Optional, TypeValue, Uint, typeNameOf, type Value } from './value.ts';

export type FoldPlan = {
  readonly macro: FoldMacro;
  readonly into: 'list' | 'map';
  readonly range: Step;
  readonly slots: readonly [number] | readonly [number, number];
  readonly predicate?: Step | undefined;
  readonly transform?: Step | undefined;
};

export function foldStep(plan: FoldPlan): Step {
  switch (plan.macro) {
    case 'all':
      return (frame) => decide(plan, frame, false);
    case 'exists':
      return (frame) => decide(plan, frame, true);
    case 'existsOne':
      return (frame) => existsOne(plan, frame);
    case 'filter':
      return (frame) => filter(plan, frame);
    case 'map':
      return (frame) => (plan.into === 'list' ? mapToList(plan, frame) : mapToMap(plan, frame));
  }
}

/** Looks for an element that decides by itself; an error counts only when there is none. */
function decide({ predicate, ...plan }: FoldPlan, frame: Frame, deciding: boolean): boolean {
  let failure: CelError | undefined;
  for (const _ of iterate(plan, frame)) {
    const found = attempt(predicate!, frame);
    if (found === deciding) return deciding;
    if (typeof found !== 'boolean') failure ??= asFailure(found);
  }
  if (failure !== undefined) throw failure;
  return !deciding;
}

function existsOne(plan: FoldPlan, frame: Frame): boolean {
  let count = 0;
  for (const _ of iterate(plan, frame)) if (holds(plan, frame)) count += 1;
  return count === 1;
}

function filter(plan: FoldPlan, frame: Frame): Value[] {
  const kept: Value[] = [];
  for (const _ of iterate(plan, frame)) if (holds(plan, frame)) kept.push(frame.slots[plan.slots[0]]!);
  return kept;
}

function mapToList(plan: FoldPlan, frame: Frame): Value[] {
  const made: Value[] = [];
  for (const _ of iterate(plan, frame)) if (holds(plan, frame)) made.push(plan.transform!(frame));
  return made;
}

function mapToMap(plan: FoldPlan, frame: Frame): Value {
  const made = new MadeMap();
  for (const key of iterate(plan, frame)) if (holds(plan, frame)) made.add(key, plan.transform!(frame));
  return made;
}

function holds({ predicate }: FoldPlan, frame: Frame): boolean {
  const found = predicate === undefined || predicate(frame);
  if (typeof found !== 'boolean') throw evaluationError('no such overload');
  return found;
}

/** Sets the macro's variables to one element after another and yields its index or key. */
function* iterate({ range, slots }: Pick<FoldPlan, 'range' | 'slots'>, frame: Frame): Iterable<Value> {
  const [first, second] = slots;
  const values = range(frame);
  if (Array.isArray(values)) {
    for (const [index, value] of (values as Value[]).entries()) {
      frame.budget.charge(1);
      frame.slots[first] = second === undefined ? value : BigInt(index);
      if (second !== undefined) frame.slots[second] = value;
      yield BigInt(index);
    }
  } else if (values instanceof MapValue) {
    for (const key of values.keys()) {
      frame.budget.charge(1);
      frame.slots[first] = key;
      if (second !== undefined) frame.slots[second] = values.get(key)!;
      yield key;
    }
  } else {
    throw evaluationError(`got '${goTypeName(values)}', expected iterable type`);
  }
}

const goNames: Readonly<Record<string, string>> = { null_type: 'Null', 'google.protobuf.Timestamp': 'Timestamp' };

/** The name of the type in which cel-go holds such a value. */
function goTypeName(value: Value): string {
  if (value instanceof Optional || value instanceof TypeValue)
    return value instanceof Optional ? '*types.Optional' : '*types.Type';
  if (value instanceof Uint) return 'types.Uint';
  const name = typeNameOf(value);
  const last = name.split('.').at(-1) ?? name;
  return `types.${goNames[name] ?? last.charAt(0).toUpperCase() + last.slice(1)}`;
}

/** The value, or the error instead, so that another operand can still decide. An error of the limit goes through. */
export function attempt(step: Step, frame: Frame): Value | CelError {
  try {
    return step(frame);
  } catch (error) {
    if (error instanceof CelError && error.phase !== 'limit') return error;
    throw error;
  }
}

/** Why something that is not a bool cannot be used as one. */
export function asFailure(found: Value | CelError): CelError {
  return found instanceof CelError ? found : evaluationError('no such overload');
}
