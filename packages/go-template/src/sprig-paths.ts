import { define } from './define.ts';
import type { Func } from './value.ts';

const baseOf = define(['string'], ([path]) => base(path));
const dirOf = define(['string'], ([path]) => clean(path.slice(0, path.lastIndexOf('/') + 1)));
const cleanOf = define(['string'], ([path]) => clean(path));
const extOf = define(['string'], ([path]) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
});
const isAbs = define(['string'], ([path]) => path.startsWith('/'));

/** Paths with slashes, those of the system too. */
export const pathFunctions: Readonly<Record<string, Func>> = {
  base: baseOf,
  osBase: baseOf,
  dir: dirOf,
  osDir: dirOf,
  clean: cleanOf,
  osClean: cleanOf,
  ext: extOf,
  osExt: extOf,
  isAbs,
  osIsAbs: isAbs,
};

function base(path: string): string {
  if (path === '') return '.';
  const name = path.replace(/\/+$/, '');
  return name === '' ? '/' : name.slice(name.lastIndexOf('/') + 1);
}

function clean(path: string): string {
  const root = path.startsWith('/') ? '/' : '';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (root === '') parts.push(part);
  }
  return root + parts.join('/') || '.';
}
