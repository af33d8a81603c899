import { readFile } from 'node:fs/promises';
import { ReconcileError } from '@sluice/api';
import {
  ArtifactError,
  unpackFiles,
  verifyDigest,
  writeArchive,
  type DigestAlgorithm,
  type UnpackedFile,
  type WrittenArchive,
} from '@sluice/artifact';
import { GitError, openCheckout, type FetchedPacks, type Resolved } from '@sluice/git';
import { copyInclude, type IncludePaths } from './copy-include.ts';
import { gitOperationFailed } from './errors.ts';
import { selectEntries } from './select.ts';
import { sparse, workTreeOf, type WorkTree } from './work-tree.ts';
import { fileErrorText } from '../storage.ts';

export interface BuildInput {
  /** Existing empty file that the archive is written to. */
  readonly file: string;
  readonly fetched: FetchedPacks;
  readonly resolved: Resolved;
  readonly sparseCheckout: readonly string[];
  readonly includes: readonly IncludeInput[];
  readonly ignore?: string;
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
}

const maxSubject = 50;

/**
 * From packs to the archive: everything of a run that takes long. Runs in a compute thread.
 * @throws ReconcileError
 */
export async function run(input: BuildInput): Promise<BuildOutput> {
  const { commit, tree } = checkOut(input);
  const withIncludes = await include(sparse(tree, input.sparseCheckout), input.includes);
  const entries = selectEntries(withIncludes, input.ignore);
  const { algorithm, maxBytes } = input;
  try {
    return {
      ...(await writeArchive(input.file, entries, { algorithm, maxBytes })),
      subject: subjectOf(commit.message),
    };
  } catch (error) {
    if (error instanceof GitError) throw gitOperationFailed(error);
    throw archiveFailed(error);
  }
}

function checkOut({ fetched, resolved }: BuildInput): { commit: { message: string }; tree: WorkTree } {
  try {
    const checkout = openCheckout(fetched, resolved);
    return { commit: checkout.commit, tree: workTreeOf(checkout) };
  } catch (error) {
    throw error instanceof GitError ? gitOperationFailed(error) : error;
  }
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

function archiveFailed(error: unknown): ReconcileError {
  const why = error instanceof ArtifactError ? error.message : fileErrorText(error);
  return new ReconcileError('ArchiveOperationFailed', `unable to archive artifact to storage: ${why}`, {
    condition: 'StorageOperationFailed',
    cause: error,
  });
}

function subjectOf(message: string): string {
  const line = Array.from(
    (message.split('\n')[0] ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd'),
  );
  return line.length > maxSubject ? `${line.slice(0, maxSubject).join('')}...` : line.join('');
}
