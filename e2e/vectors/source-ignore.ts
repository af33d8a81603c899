import { ignoreFilePaths, selectFiles, selectKeys, type SourceEntry } from '@sluice/source-ignore';
import type { FamilyRunner } from './case.ts';

type Input = { kind: string; ignoreFiles?: Record<string, string>; specIgnore?: string } & (
  | { kind: 'GitRepository' | 'OCIRepository'; tree: string[] }
  | { kind: 'Bucket'; keys: string[] }
);

export const families: Record<string, FamilyRunner> = { sourceignore: (input) => run(input as Input) };

function run(input: Input): unknown {
  const { ignoreFiles = {}, specIgnore: spec } = input;
  if (input.kind === 'Bucket')
    return { files: selectKeys(input.keys, { ignoreFile: ignoreFiles['.sourceignore'], spec }) };
  const entries = [...input.tree, ...Object.keys(ignoreFiles)].map(toEntry);
  const files = new Map(ignoreFilePaths(entries).map((path) => [path, ignoreFiles[path] ?? '']));
  const selected = selectFiles(entries, { files, spec });
  return { files: paths(selected, false), dirs: paths(selected, true) };
}

function toEntry(path: string): SourceEntry {
  return { path: path.replace(/\/$/, ''), isDirectory: path.endsWith('/') };
}

function paths(entries: readonly SourceEntry[], isDirectory: boolean): string[] {
  return entries.filter((entry) => entry.isDirectory === isDirectory).map((entry) => entry.path);
}
