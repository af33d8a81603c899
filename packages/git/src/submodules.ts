import { GitError } from './errors.ts';

/** An entry of `.gitmodules`, unchecked but for its form. */
export interface Submodule {
  readonly path: string;
  readonly url: string;
}

const sectionPattern = /^\[submodule "(?:[^"\\]|\\["\\])*"\]$/;
const settingPattern = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/;

/**
 * Reads `.gitmodules`. Entries without path or url are left out.
 * @throws GitError `corrupt`
 * @see gitmodules(5), git-config(1) "Syntax"
 */
export function parseGitmodules(text: string): Submodule[] {
  const modules: { path?: string; url?: string }[] = [];
  let current: { path?: string; url?: string } | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[')) {
      current = sectionPattern.test(line) ? {} : undefined;
      if (current !== undefined) modules.push(current);
      continue;
    }
    const [, key = '', value = ''] = settingPattern.exec(line) ?? [];
    const name = key.toLowerCase();
    if (current !== undefined && (name === 'path' || name === 'url')) current[name] = unquote(value);
  }
  return modules.flatMap(({ path, url }) => (path === undefined || url === undefined ? [] : [{ path, url }]));
}

/**
 * Where a submodule lies: its own address, or one relative to that of the repository it is in.
 * @throws GitError `protocol` for what is neither http(s) nor relative
 */
export function resolveSubmoduleUrl(parent: URL, url: string): string {
  if (/^https?:\/\//i.test(url)) return url;
  const isRelative = url.startsWith('./') || url.startsWith('../');
  const base = new URL(`${parent.href.replace(/\/+$/, '')}/`);
  const resolved = isRelative ? URL.parse(url, base) : null;
  if (resolved === null)
    throw new GitError('protocol', 'the address of a submodule must be relative, or http or https');
  return resolved.href;
}

function unquote(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value);
  const text = quoted?.[1] ?? value.replace(/\s+[#;].*$/, '');
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new GitError('corrupt', 'malformed .gitmodules');
  return text.replace(/\\(.)/g, '$1');
}
