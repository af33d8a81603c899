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
 * A tree over bytes in memory, such as an unpacked artifact. Folders are those that hold a file or a link.
 * @param files path → content; paths relative to the tree's root (`apps/a.yaml`, a leading `/` is allowed)
 * @param links path → target of symbolic links; one that leads out of the tree leads nowhere
 */
export function memoryTree(
  files: ReadonlyMap<string, Uint8Array>,
  links: ReadonlyMap<string, string> = new Map(),
): FileTree {
  const contents = new Map<string, Uint8Array>();
  const targets = new Map([...links].map(([path, target]) => [cleanPath(`/${path}`), target]));
  const folders = new Set(['/']);
  for (const [path, bytes] of files) contents.set(cleanPath(`/${path}`), bytes);
  for (const path of [...contents.keys(), ...targets.keys()]) {
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  }
  return {
    resolve(path) {
      const real = targets.size === 0 ? path : followLinks(path, targets);
      if (real === undefined) return undefined;
      if (contents.has(real)) return { kind: 'file', path: real };
      return folders.has(real) ? { kind: 'directory', path: real } : undefined;
    },
    read(path) {
      const bytes = contents.get(path);
      if (bytes === undefined) throw new Error(`no file '${path}' in the tree`);
      return bytes;
    },
  };
}

/** As many as an operating system follows. */
const maxLinks = 40;

/** The path without symbolic links; `undefined` when one leads out of the tree or round in a circle. */
function followLinks(path: string, targets: ReadonlyMap<string, string>): string | undefined {
  const pending = path.split('/').filter(isName);
  let real = '/';
  let followed = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..' && real === '/') return undefined;
    const next = part === '..' ? parentOf(real) : `${real === '/' ? '' : real}/${part}`;
    const target = targets.get(next);
    if (target === undefined) real = next;
    else if (target.startsWith('/') || ++followed > maxLinks) return undefined;
    else pending.unshift(...target.split('/').filter(isName));
  }
  return real;
}

function isName(part: string): boolean {
  return part !== '' && part !== '.';
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
