import { createHash } from 'node:crypto';
import { writeJson } from '../json-text.ts';
import { isRecord } from '../json.ts';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Ten letters that stand for a template: the same for equal templates. */
export function templateHash(template: unknown): string {
  const digest = createHash('sha256')
    .update(writeJson(sorted(template)))
    .digest();
  return Array.from(digest.subarray(0, 10), (byte) => alphabet[byte % alphabet.length]).join('');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}
