import { ReconcileError } from '@sluice/api';
import { SignatureError, verifySignature, type Checkout, type Resolved } from '@sluice/git';
import type { VerificationMode } from './content.ts';

export interface VerifyInput {
  readonly mode: VerificationMode;
  /** Of the Secret with the public keys. */
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Checks the signatures that a mode asks for, the tag first.
 * @returns the message of the condition
 * @throws ReconcileError, condition SourceVerified
 * @see spec source, "Signature verification"
 */
export async function verifyCheckout(
  checkout: Checkout,
  resolved: Resolved,
  { mode, keys }: VerifyInput,
): Promise<string> {
  const lines: string[] = [];
  if (mode !== 'HEAD') {
    const name = tagName(resolved);
    lines.push(`tag '${name}' with key '${await verifyTag(checkout, name, keys)}'`);
  }
  if (mode !== 'Tag') {
    const what = `commit '${resolved.commit}'`;
    lines.push(
      `${what} with key '${await verifyObject(what, 'InvalidCommitSignature', checkout.commit.signed, keys)}'`,
    );
  }
  return `verified signature of${lines.map((line) => `\n\t- ${line}`).join('')}`;
}

/** @throws ReconcileError when a tag is to be verified and none was asked for: only another spec can help */
export function checkTagReference(mode: VerificationMode, resolved: Resolved): void {
  if (mode === 'HEAD' || resolved.tag !== undefined) return;
  const message = "cannot verify tag object's signature if a tag reference is not specified";
  throw new ReconcileError('InvalidVerificationMode', message, { retry: 'stalled', condition: 'SourceVerified' });
}

async function verifyTag({ tag }: Checkout, name: string, keys: VerifyInput['keys']): Promise<string> {
  if (tag !== undefined && tag.signature !== '') {
    return await verifyObject(`tag '${name}'`, 'InvalidTagSignature', tag, keys);
  }
  const message = `cannot verify signature of tag '${name}' since it is not signed`;
  throw new ReconcileError('InvalidGitObject', message, { condition: 'SourceVerified' });
}

async function verifyObject(
  what: string,
  reason: string,
  signed: Parameters<typeof verifySignature>[0],
  keys: VerifyInput['keys'],
): Promise<string> {
  try {
    return await verifySignature(signed, keys);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const message = `signature verification of ${what} failed: ${error.message}`;
    throw new ReconcileError(reason, message, { condition: 'SourceVerified', cause: error });
  }
}

/** `name@hash` of a tag object; a lightweight tag has no hash of its own. */
function tagName({ tag, commit }: Resolved): string {
  if (tag === undefined) return '';
  return tag.oid === commit ? tag.name : `${tag.name}@${tag.oid}`;
}
