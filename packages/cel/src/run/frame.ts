import type { Value } from './value.ts';
import type { Budget } from './budget.ts';

/** What one evaluation runs on. */
export type Frame = {
  /** The value of a variable from outside, `undefined` when there is none. */
  readonly variable: (name: string) => Value | undefined;
  /** The variables of macros, by the numbers that the plan gave them. */
  readonly slots: Value[];
  readonly budget: Budget;
};

/** A part of an expression, ready to run. */
export type Step = (frame: Frame) => Value;
