const utf8 = new TextEncoder();

/** A path cut at its slashes, prepared for many patterns. */
export type Path = {
  readonly names: readonly string[];
  /** `names` in UTF-8. */
  readonly segments: readonly Uint8Array[];
  readonly isDirectory: boolean;
};

export function splitPath(path: string, isDirectory: boolean): Path {
  const names = path.split('/');
  return { names, segments: names.map((name) => utf8.encode(name)), isDirectory };
}

/** Order of a walk through folders, each in order of the bytes of its names, a folder right before what is in it. */
export function compareWalk(a: Path, b: Path): number {
  const depth = Math.min(a.names.length, b.names.length);
  for (let i = 0; i < depth; i++) {
    if (a.names[i] !== b.names[i]) return compareBytes(a.segments[i]!, b.segments[i]!);
  }
  return a.names.length - b.names.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
