import type { Value } from '../run/value.ts';

/** A node of an expression. `offset` is where cel-go places it: an operator's or a call's own sign, else its beginning. */
export type Expr =
  | { readonly kind: 'literal'; readonly offset: number; readonly value: Value }
  | { readonly kind: 'ident'; readonly offset: number; readonly name: string; readonly leadingDot?: boolean }
  | Select
  | Call
  | ListLiteral
  | MapLiteral
  | { readonly kind: 'message'; readonly offset: number; readonly type: string }
  | Fold
  | WithOptional;

export type Select = {
  readonly kind: 'select';
  readonly offset: number;
  readonly operand: Expr;
  readonly field: string;
  /** `test` is what `has()` asks, `optional` is `.?`. */
  readonly mode: 'get' | 'test' | 'optional';
};

/** A call; operators are calls of functions such as `_+_`. */
export type Call = {
  readonly kind: 'call';
  readonly offset: number;
  readonly name: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
};

export type ListLiteral = {
  readonly kind: 'list';
  readonly offset: number;
  readonly elements: readonly { readonly value: Expr; readonly optional: boolean }[];
};

export type MapLiteral = {
  readonly kind: 'map';
  readonly offset: number;
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[];
};

export type FoldMacro = 'all' | 'exists' | 'existsOne' | 'filter' | 'map';

/** A macro that runs over a list or the keys of a map. */
export type Fold = {
  readonly kind: 'fold';
  readonly offset: number;
  readonly macro: FoldMacro;
  /** What a `map` with two variables gives: as many of a list, the same keys of a map. */
  readonly into: 'list' | 'map';
  readonly range: Expr;
  /** The element of a list or the key of a map; with two variables the index or the key, then the value. */
  readonly variables: readonly [string] | readonly [string, string];
  /** Absent where all elements take part. */
  readonly predicate?: Expr;
  /** What `map` makes of an element. */
  readonly transform?: Expr;
};

/** `target.optMap(variable, body)` or `optFlatMap`. */
export type WithOptional = {
  readonly kind: 'withOptional';
  readonly offset: number;
  readonly target: Expr;
  readonly variable: string;
  readonly body: Expr;
  /** Whether the body is itself an optional. */
  readonly flat: boolean;
};
