import type { Environment } from '../check/environment.ts';
import { qualifiedName } from '../check/names.ts';
import { typesByName } from '../check/well-known.ts';
import { CelError, evaluationError } from '../error.ts';
import type { Call, Expr, Fold, ListLiteral, MapLiteral, WithOptional } from '../syntax/ast.ts';
import { access, type AccessMode } from './access.ts';
import { Budget, compilePattern } from './budget.ts';
import { callStep, unknownCallStep } from './call.ts';
import { asFailure, attempt, foldStep } from './fold.ts';
import type { Step } from './frame.ts';
import { valueText } from './text.ts';
import { MadeMap, Optional, TypeValue, typeNameOf, type Value } from './value.ts';

/** The numbers of the variables of macros around an expression. */
type Slots = ReadonlyMap<string, number>;

/** Functions that are called already here when their argument is known. */
const conversions: ReadonlySet<string> = new Set([
  'bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration',
]); // prettier-ignore

/**
 * Makes an expression ready to run.
 * @throws CelError `program` when it can never run
 */
export function planExpression(expr: Expr, environment: Environment): Step {
  return new Planner(environment).plan(expr, new Map());
}

class Planner {
  readonly #environment: Environment;
  readonly #constants = new Map<Step, Value>();
  #slotCount = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** @param path what is selected from the expression, for the message when its variable is missing */
  plan(expr: Expr, slots: Slots, path: readonly string[] = []): Step {
    switch (expr.kind) {
      case 'literal':
        return this.#constant(expr.value);
      case 'ident':
        return planIdent(expr.name, slots, path);
      case 'select': {
        const type = planTypeName(qualifiedName(expr), slots);
        return type ?? this.#access(expr.operand, this.#constant(expr.field), expr.mode, slots, [expr.field, ...path]);
      }
      case 'call':
        return this.#call(expr, slots, path);
      case 'list':
        return this.#list(expr, slots);
      case 'map':
        return this.#map(expr, slots);
      case 'message':
        throw new CelError('program', `unknown type: ${expr.type}`);
      case 'fold':
        return this.#fold(expr, slots);
      case 'withOptional':
        return this.#withOptional(expr, slots);
    }
  }

  #constant(value: Value): Step {
    const step: Step = () => value;
    this.#constants.set(step, value);
    return step;
  }

  #access(operand: Expr, key: Step, mode: AccessMode, slots: Slots, path: readonly string[]): Step {
    const from = this.plan(operand, slots, path);
    return (frame) => {
      frame.budget.charge(1);
      return access(from(frame), key(frame), mode);
    };
  }

  #call(expr: Call, slots: Slots, path: readonly string[]): Step {
    const { name, target, args } = expr;
    if (name === '_[_]' || name === '_[?_]') return this.#index(expr, slots, path);
    const prefix = target === undefined ? undefined : qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : this.#environment.functions.get(`${prefix}.${name}`);
    const own = target === undefined || namespaced !== undefined ? args : [target, ...args];
    const steps = own.map((arg) => this.plan(arg, slots));
    if (name === '_&&_') return decideStep(steps, false);
    if (name === '_||_') return decideStep(steps, true);
    if (name === '_?_:_') return chooseStep(steps);
    const decl = namespaced ?? this.#environment.functions.get(name);
    if (decl === undefined) return unknownCallStep(name, steps);
    if ((name === 'or' || name === 'orValue') && target !== undefined && args.length === 1)
      return fallbackStep(name, steps);
    if (name === 'matches') this.#checkPattern(steps.at(-1));
    const step = callStep(decl, steps);
    return conversions.has(name) && this.#constants.has(steps[0]!) ? this.#evaluateNow(step) : step;
  }

  #checkPattern(step: Step | undefined): void {
    const pattern = step === undefined ? undefined : this.#constants.get(step);
    if (typeof pattern === 'string') asProgramError(() => compilePattern(pattern));
  }

  #evaluateNow(step: Step): Step {
    const frame = { variable: () => undefined, slots: [], budget: new Budget(Infinity, new Map()) };
    return this.#constant(asProgramError(() => step(frame)));
  }

  #index({ name, args }: Call, slots: Slots, path: readonly string[]): Step {
    const [operand, index] = args as [Expr, Expr];
    const key = this.plan(index, slots);
    const named = index.kind === 'literal' && typeof index.value === 'string' && name === '_[_]';
    return this.#access(
      operand,
      key,
      name === '_[_]' ? 'get' : 'optional',
      slots,
      named ? [index.value as string, ...path] : [],
    );
  }

  #list({ elements }: ListLiteral, slots: Slots): Step {
    const steps = elements.map(({ value, optional }) => ({ step: this.plan(value, slots), optional }));
    const run: Step = (frame) => {
      frame.budget.charge(1);
      const values = steps.map(({ step, optional }) =>
        optional ? optionalElement(step(frame), 'list element') : step(frame),
      );
      return values.filter((value) => value !== undefined);
    };
    const isConstant = steps.every(({ step, optional }) => this.#constants.has(step) && !optional);
    return isConstant ? this.#constant(steps.map(({ step }) => this.#constants.get(step)!)) : run;
  }

  #map({ entries }: MapLiteral, slots: Slots): Step {
    const steps = entries.map(({ key, value, optional }) => ({
      key: this.plan(key, slots),
      value: this.plan(value, slots),
      optional,
    }));
    return (frame) => {
      frame.budget.charge(1 + steps.length);
      const made = new MadeMap();
      for (const { key, value, optional } of steps) {
        const found = optional ? optionalElement(value(frame), `entry '${valueText(key(frame))}'`) : value(frame);
        if (found !== undefined) made.add(key(frame), found);
      }
      return made;
    };
  }

  #fold({ macro, into, range, variables, predicate, transform }: Fold, slots: Slots): Step {
    const numbers = variables.map(() => this.#newSlot());
    const inner = new Map([...slots, ...variables.map((name, index) => [name, numbers[index]!] as const)]);
    return foldStep({
      macro,
      into,
      range: this.plan(range, slots),
      slots: numbers as [number] | [number, number],
      predicate: predicate === undefined ? undefined : this.plan(predicate, inner),
      transform: transform === undefined ? undefined : this.plan(transform, inner),
    });
  }

  #withOptional({ target, variable, body, flat }: WithOptional, slots: Slots): Step {
    const from = this.plan(target, slots);
    const slot = this.#newSlot();
    const made = this.plan(body, new Map([...slots, [variable, slot]]));
    return (frame) => {
      const optional = from(frame);
      if (!(optional instanceof Optional)) throw evaluationError(`no such overload: hasValue(${typeNameOf(optional)})`);
      if (optional.value === undefined) return optional;
      frame.slots[slot] = optional.value;
      const value = made(frame);
      return flat ? value : new Optional(value);
    };
  }

  #newSlot(): number {
    this.#slotCount += 1;
    return this.#slotCount;
  }
}

function asProgramError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new CelError('program', error.message, { cause: error });
  }
}

function planIdent(name: string, slots: Slots, path: readonly string[]): Step {
  const slot = slots.get(name);
  if (slot !== undefined) return (frame) => frame.slots[slot]!;
  const type = typesByName.get(name);
  const missing = `no such attribute(s): ${[name, ...path].join('.')}`;
  return (frame) => {
    frame.budget.charge(1);
    const value = frame.variable(name);
    if (value !== undefined) return value;
    if (type === undefined) throw evaluationError(missing);
    return new TypeValue(type.name);
  };
}

/** A type's name with dots in it. */
function planTypeName(name: string | undefined, slots: Slots): Step | undefined {
  const type = name === undefined || slots.has(name.split('.')[0] ?? '') ? undefined : typesByName.get(name);
  return type === undefined ? undefined : () => new TypeValue(type.name);
}

/** `&&` and `||`: either operand may decide, even when the other is an error. */
function decideStep([left, right]: readonly Step[], deciding: boolean): Step {
  return (frame) => {
    const first = attempt(left!, frame);
    if (first === deciding) return deciding;
    const second = attempt(right!, frame);
    if (second === deciding) return deciding;
    if (typeof first !== 'boolean') throw asFailure(first);
    if (typeof second !== 'boolean') throw asFailure(second);
    return !deciding;
  };
}

/** `or` and `orValue`: the other value is not looked at while there is one. What is no optional stays as it is. */
function fallbackStep(name: 'or' | 'orValue', [optional, other]: readonly Step[]): Step {
  return (frame) => {
    frame.budget.charge(1);
    const found = optional!(frame);
    if (!(found instanceof Optional)) return found;
    if (found.value === undefined) return other!(frame);
    return name === 'or' ? found : found.value;
  };
}

function chooseStep([condition, then, otherwise]: readonly Step[]): Step {
  return (frame) => {
    const chosen = condition!(frame);
    if (typeof chosen !== 'boolean') throw evaluationError('no such overload');
    return chosen ? then!(frame) : otherwise!(frame);
  };
}

function optionalElement(value: Value, where: string): Value | undefined {
  if (value instanceof Optional) return value.value;
  throw evaluationError(`cannot initialize optional ${where} from non-optional value ${valueText(value)}`);
}
