import { declare, type FunctionDecl, type Implementation } from '../check/function.ts';
import { CelError } from '../error.ts';
import type { Value } from '../run/value.ts';

const findAll: Implementation = ([text, pattern, limit = -1n], { regexp }) => {
  const most = Number(limit) < 0 ? Infinity : Number(limit);
  return wrapped(() => regexp(pattern as string, text as string))
    .findAll(text as string, most)
    .map(({ groups }) => groups[0] ?? '');
};

const find = ([text, pattern]: readonly Value[], { regexp }: Parameters<Implementation>[1]): Value =>
  wrapped(() => regexp(pattern as string, text as string)).find(text as string)?.groups[0] ?? '';

function wrapped<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof CelError) || error.phase === 'limit') throw error;
    throw new CelError('evaluate', `Illegal regex: ${error.message}`, { cause: error });
  }
}

/** Kubernetes' functions with patterns. */
export const regex: readonly FunctionDecl[] = [
  declare('find', { 'string.(string) string': find }),
  declare('findAll', { 'string.(string) list(string)': findAll, 'string.(string, int) list(string)': findAll }),
];
