import { readFile } from 'node:fs/promises';
import { ReconcileError } from '@sluice/api';
import {
  unpackFiles,
  verifyDigest,
  writeArchive,
  type ArchiveEntry,
  type DigestAlgorithm,
  type UnpackedFile,
  type WrittenArchive,
} from '@sluice/artifact';
import { GitError, openCheckout, type FetchedPacks, type Resolved } from '@sluice/git';
import { copyInclude, type IncludePaths } from './copy-include.ts';
import { gitOperationFailed } from './errors.ts';
import { selectEntries } from './select.ts';
import type { FetchedModule } from './submodules.ts';
import { verifyCheckout, type VerifyInput } from './verify.ts';
import { mount, sparse, workTreeOf, type WorkTree } from './work-tree.ts';
import { fileErrorText } from '../storage.ts';

export interface BuildInput {
  /** Existing empty file that the archive is written to. */
  readonly file: string;
  readonly fetched: FetchedPacks;
  readonly resolved: Resolved;
  /** Outer ones before inner ones. */
  readonly modules: readonly FetchedModule[];
  readonly sparseCheckout: readonly string[];
  readonly includes: readonly IncludeInput[];
  readonly ignore?: string;
  readonly verify?: VerifyInput;
  readonly algorithm: DigestAlgorithm;
  readonly maxBytes: number;
}

export interface IncludeInput extends IncludePaths {
  /** Archive of the included artifact. */
  readonly file: string;
  readonly digest: string;
}

export interface BuildOutput extends WrittenArchive {
  /** First line of the commit message, cut. */
  readonly subject: string;
  /** What was verified, as a message. */
  readonly verified?: string;
}

const maxSubject = 50;
const control = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * From packs to the archive: everything of a run that takes long. Runs in a compute thread.
 * @throws ReconcileError
 */
export async function run(input: BuildInput): Promise<BuildOutput> {
  try {
    const checkout = openCheckout(input.fetched, input.resolved);
    const tree = sparse(withModules(workTreeOf(checkout), input.modules), input.sparseCheckout);
    const verified = input.verify && (await verifyCheckout(checkout, input.resolved, input.verify));
    const entries = selectEntries(await include(tree, input.includes), input.ignore);
    const written = await write(input, entries);
    return { ...written, subject: subjectOf(checkout.commit.message), ...(verified !== undefined && { verified }) };
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
}

function withModules(tree: WorkTree, modules: readonly FetchedModule[]): WorkTree {
  return modules.reduce(
    (outer, { path, fetched, resolved }) => mount(outer, path, workTreeOf(openCheckout(fetched, resolved))),
    tree,
  );
}

/** In the order of the spec: later includes see the files of earlier ones. */
async function include(tree: WorkTree, includes: readonly IncludeInput[]): Promise<WorkTree> {
  let result = tree;
  for (const input of includes) result = copyInclude(result, input, await readIncluded(input));
  return result;
}

async function readIncluded({
  file,
  digest,
  repository,
  fromPath,
  toPath,
}: IncludeInput): Promise<Map<string, UnpackedFile>> {
  try {
    const bytes = await readFile(file);
    verifyDigest(bytes, digest);
    return unpackFiles(bytes);
  } catch (error) {
    const message = `failed to copy '${repository}' include from ${fromPath} to ${toPath}: ${fileErrorText(error)}`;
    throw new ReconcileError('CopyFailure', message, { condition: 'StorageOperationFailed', cause: error });
  }
}

async function write(
  { file, algorithm, maxBytes }: BuildInput,
  entries: readonly ArchiveEntry[],
): Promise<WrittenArchive> {
  try {
    return await writeArchive(file, entries, { algorithm, maxBytes });
  } catch (error) {
    // Contents are read from the pack while they are written.
    if (error instanceof GitError) throw error;
    const message = `unable to archive artifact to storage: ${fileErrorText(error)}`;
    throw new ReconcileError('ArchiveOperationFailed', message, { condition: 'StorageOperationFailed', cause: error });
  }
}

function subjectOf(message: string): string {
  const line = Array.from((message.split('\n')[0] ?? '').replace(control, '\ufffd'));
  return line.length > maxSubject ? `${line.slice(0, maxSubject).join('')}...` : line.join('');
}
