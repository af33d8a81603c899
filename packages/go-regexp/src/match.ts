/** One match. Offsets count UTF-16 units, as JavaScript's strings do, not bytes as Go's. */
export type Match = {
  readonly start: number;
  readonly end: number;
  /** Text of the whole match, then of each group; `undefined` for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
  /** Number of each named group. */
  readonly names: Readonly<Record<string, number>>;
};

/**
 * The template with its references filled in, by the rules of Go's `Expand`: `$1`, `$name`, `${1}`, `${name}` and `$$`.
 * A name without braces reaches as far as letters, digits and `_` do, so `$1x` means `${1x}`; a reference to no group is
 * empty, a `$` that begins no reference stands for itself.
 */
export function expandTemplate(template: string, match: Match): string {
  return template.replace(
    /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (_, dollar: string | undefined, braced: string | undefined, bare: string | undefined) =>
      dollar ?? groupText(match, braced ?? bare ?? ''),
  );
}

function groupText({ groups, names }: Match, name: string): string {
  // Go takes digits without a leading zero for a number and all else for a name.
  const index = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
  return index === undefined ? '' : (groups[index] ?? '');
}
