/** An expanded text in pieces: what is copied, and what is computed. */
export type Template = readonly (string | Expression)[];

/** `${name operator argument}`, for example `${tag:-v1}` with the operator `:-`. */
export type Expression = {
  readonly name: string;
  readonly operator: string;
  /** What stands after the operator, and for `:` and the forms with `/` after the second separator. */
  readonly args: readonly Template[];
};
