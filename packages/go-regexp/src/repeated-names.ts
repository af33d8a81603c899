// Quoted text, an escape, a class, or the opening of a named group: only in the last one is a name.
const pieces =
  /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]|(?<opening>\(\?P?<)(?<name>[A-Za-z0-9_]+)>/g;

/** An expression in which every name is used once. */
export type UniqueNames = {
  readonly source: string;
  /** The written name of each group that got another one. */
  readonly written: ReadonlyMap<string, string>;
};

/** Go lets several groups have one name, the library does not: the second and later ones get names of their own. */
export function renameRepeated(source: string): UniqueNames {
  const seen = new Set<string>();
  const written = new Map<string, string>();
  const renamed = source.replace(pieces, (piece, ...rest) => {
    // The last argument is the object of named groups.
    const { opening, name } = rest.at(-1) as { opening?: string; name?: string };
    if (opening === undefined || name === undefined) return piece;
    if (!seen.has(name)) {
      seen.add(name);
      return piece;
    }
    const unique = unusedName(name, source, written);
    written.set(unique, name);
    return `${opening}${unique}>`;
  });
  return { source: renamed, written };
}

function unusedName(name: string, source: string, taken: ReadonlyMap<string, string>): string {
  let number = 2;
  while (taken.has(`${name}_${number}`) || source.includes(`<${name}_${number}>`)) number++;
  return `${name}_${number}`;
}
