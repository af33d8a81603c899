import { badRequest } from '../errors.ts';
import { isRecord } from '../json.ts';

export interface ContinueToken {
  /** -1: the rest is listed at whatever revision is current. */
  readonly revision: number;
  /** The first key of the next page, below the list's own prefix. */
  readonly start: string;
}

const tokenVersion = 'meta.k8s.io/v1';

export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: tokenVersion, rv: revision, start })).toString('base64url');
}

/** @throws StatusError 400 when this is no token of ours */
export function decodeContinue(text: string): ContinueToken {
  const token = parse(text);
  if (!isRecord(token) || token.v !== tokenVersion) throw refused('encoded start has unknown version');
  const { rv, start } = token;
  if (typeof rv !== 'number' || rv === 0) {
    throw refused(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  }
  if (typeof start !== 'string' || start === '') throw refused(`start key is missing (version ${tokenVersion})`);
  if (start.split('/').includes('..')) throw refused(start);
  return { revision: rv, start: start.startsWith('/') ? start.slice(1) : start };
}

function parse(text: string): unknown {
  if (!/^[\w-]*$/.test(text)) throw refused('illegal base64 data');
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'no JSON');
  }
}

function refused(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
