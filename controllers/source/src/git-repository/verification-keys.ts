import { ReconcileError, type GitRepository } from '@sluice/api';
import type { Resolved } from '@sluice/git';
import { verificationMode } from './content.ts';
import type { GitContext } from './deps.ts';
import { readSecret } from './secrets.ts';
import { checkTagReference, type VerifyInput } from './verify.ts';

/**
 * The keys that signatures are checked with; `undefined` when nothing has to be verified.
 * @throws ReconcileError, condition SourceVerified
 */
export async function readVerification(
  { metadata, spec }: GitRepository,
  resolved: Resolved,
  ctx: GitContext,
): Promise<VerifyInput | undefined> {
  if (spec.verify === undefined) return undefined;
  const mode = verificationMode(spec.verify.mode);
  checkTagReference(mode, resolved);
  const key = { namespace: metadata.namespace ?? '', name: spec.verify.secretRef.name };
  const keys = await readSecret(key, ctx).catch((cause: unknown) => {
    const message = `public keys secret error: ${textOf(cause)}`;
    throw new ReconcileError('VerificationError', message, { condition: 'SourceVerified', cause });
  });
  return { mode, keys: Object.fromEntries(keys) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
