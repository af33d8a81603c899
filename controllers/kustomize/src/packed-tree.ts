/** The files of an artifact as all threads can read them without copying. */
export interface PackedTree {
  /** Relative and `/`-separated. */
  readonly paths: readonly string[];
  /** Where each file ends in `bytes`; it begins where the one before ends. */
  readonly ends: Float64Array;
  readonly bytes: SharedArrayBuffer;
}

export function packTree(files: ReadonlyMap<string, Uint8Array>): PackedTree {
  const total = files.values().reduce((sum, content) => sum + content.length, 0);
  const bytes = new SharedArrayBuffer(total);
  const target = new Uint8Array(bytes);
  const ends = new Float64Array(files.size);
  let end = 0;
  for (const [index, content] of [...files.values()].entries()) {
    target.set(content, end);
    end += content.length;
    ends[index] = end;
  }
  return { paths: [...files.keys()], ends, bytes };
}

/** Path → content; the contents are views of the packed bytes. */
export function unpackTree({ paths, ends, bytes }: PackedTree): Map<string, Uint8Array> {
  return new Map(
    paths.map((path, index) => {
      const start = index === 0 ? 0 : ends[index - 1]!;
      return [path, new Uint8Array(bytes, start, ends[index]! - start)];
    }),
  );
}

/** Whether a file or folder is there. @param path relative, clean; `''` is the root */
export function hasPath({ paths }: PackedTree, path: string): boolean {
  return path === '' || paths.some((file) => file === path || file.startsWith(`${path}/`));
}
