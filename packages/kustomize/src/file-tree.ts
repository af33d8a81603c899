/** What lies at a path after symbolic links: paths are absolute, `/`-separated and clean. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory';
  /** The path without symbolic links. */
  readonly path: string;
}

/**
 * The files that a build may see. The engine reads through this and nothing else, so a tree is also a jail: what it
 * does not hold does not exist. Answers must not change during a build.
 */
export interface FileTree {
  /** @param path absolute and clean. @returns `undefined` when nothing is there */
  resolve(path: string): TreeEntry | undefined;
  /** @param path as `resolve` gave it, of a file. The bytes belong to the tree. */
  read(path: string): Uint8Array;
}

/**
 * A tree over bytes in memory, such as an unpacked artifact. Folders are those that hold a file.
 * @param files path → content; paths relative to the tree's root (`apps/a.yaml`, a leading `/` is allowed)
 */
export function memoryTree(files: ReadonlyMap<string, Uint8Array>): FileTree {
  const contents = new Map<string, Uint8Array>();
  const folders = new Set(['/']);
  for (const [path, bytes] of files) {
    const clean = cleanPath(`/${path}`);
    contents.set(clean, bytes);
    for (let folder = parentOf(clean); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  }
  return {
    resolve(path) {
      if (contents.has(path)) return { kind: 'file', path };
      return folders.has(path) ? { kind: 'directory', path } : undefined;
    },
    read(path) {
      const bytes = contents.get(path);
      if (bytes === undefined) throw new Error(`no file '${path}' in the tree`);
      return bytes;
    },
  };
}

/** `path` without empty and `.` parts, and with `..` applied. Absolute paths do not go above `/`. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push(part);
  }
  const joined = parts.join('/');
  if (absolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

export function joinPath(...parts: readonly string[]): string {
  return cleanPath(parts.filter((part) => part !== '').join('/'));
}

export function parentOf(path: string): string {
  const index = path.lastIndexOf('/');
  return index <= 0 ? '/' : path.slice(0, index);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `folder` or below it. */
export function isInFolder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** `path` relative to `folder`, with `..` where needed. Both absolute and clean. */
export function relativePath(folder: string, path: string): string {
  const from = folder.split('/').filter(Boolean);
  const to = path.split('/').filter(Boolean);
  let same = 0;
  while (same < from.length && same < to.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.';
}
