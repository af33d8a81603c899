import { declare, type CallContext, type FunctionDecl } from '../check/function.ts';
import { isEqual } from '../run/compare.ts';
import type { Value } from '../run/value.ts';

function containsAll(list: readonly Value[], others: readonly Value[], { charge }: CallContext): boolean {
  return others.every((other) => list.some((item) => isEqual(item, other, charge)));
}

const lists = ([a, b]: readonly Value[]): [readonly Value[], readonly Value[]] => [a as Value[], b as Value[]];

/** The extension *sets*: lists whose order and repetitions do not count. */
export const sets: readonly FunctionDecl[] = [
  declare('sets.contains', {
    '(list(A), list(A)) bool': (args, context) => containsAll(...lists(args), context),
  }),
  declare('sets.equivalent', {
    '(list(A), list(A)) bool': (args, context) => {
      const [a, b] = lists(args);
      return containsAll(a, b, context) && containsAll(b, a, context);
    },
  }),
  declare('sets.intersects', {
    '(list(A), list(A)) bool': (args, { charge }) => {
      const [a, b] = lists(args);
      return a.some((item) => b.some((other) => isEqual(item, other, charge)));
    },
  }),
];
