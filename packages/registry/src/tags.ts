import { RegistryError } from './error.ts';
import { isRecord, tryParseJson } from './json.ts';
import { nextPage } from './next-page.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

export interface TagLimits {
  readonly maxPages: number;
  readonly maxTags: number;
  /** Of all pages together, in bytes. */
  readonly maxTagListBytes: number;
}

export interface TagList {
  /** In the order of the registry, duplicates too. */
  readonly tags: readonly string[];
  /** How many entries were left out for being no tags. */
  readonly invalid: number;
}

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const path = 'tags/list';
/** Some registries do not take our number of tags for a page: then fewer, then theirs. */
const pageSizes = ['n=1000', 'n=100', ''] as const;

/**
 * All tags of a repository, page by page.
 * @throws RegistryError; no tags are given when a page fails
 * @see OCI distribution spec, "Listing Tags"
 */
export async function listTags(session: Session, limits: TagLimits, signal: AbortSignal): Promise<TagList> {
  const tags: string[] = [];
  let invalid = 0;
  let bytesLeft = limits.maxTagListBytes;
  const seen = new Set<string>();
  let answer = await firstPage(session, signal);
  for (;;) {
    const body = await readPage(answer, bytesLeft);
    bytesLeft -= body.length;
    const page = parseTagList(body, answer);
    const valid = page.filter((tag) => typeof tag === 'string' && tagPattern.test(tag)) as string[];
    invalid += page.length - valid.length;
    for (const tag of valid) tags.push(tag);
    if (tags.length > limits.maxTags) throw tooMuch();
    const next = nextPage(answer.headers.link, answer.request.url);
    if (next === undefined) return { tags, invalid };
    // A registry that begins again where it has been never ends.
    const mark = next.searchParams.get('last') ?? next.href;
    if (seen.has(mark) || seen.size + 1 >= limits.maxPages) throw tooMuch();
    seen.add(mark);
    answer = await session.request({ method: 'GET', at: next }, signal);
  }
}

async function firstPage(session: Session, signal: AbortSignal): Promise<Answer> {
  for (const query of pageSizes) {
    try {
      return await session.request({ method: 'GET', at: path, query }, signal);
    } catch (error) {
      const isTooMany =
        error instanceof RegistryError && (error.status === 400 || error.codes.includes('TOO_MANY_TAGS_REQUESTED'));
      if (!isTooMany || query === '') throw error;
    }
  }
  throw new Error('unreachable: the last page size returns or throws');
}

async function readPage(answer: Answer, maxBytes: number): Promise<Buffer> {
  try {
    return await answer.read(maxBytes);
  } catch (error) {
    throw error instanceof RegistryError && error.failure === 'limit' ? tooMuch() : error;
  }
}

function parseTagList(body: Buffer, { request }: Answer): readonly unknown[] {
  const value = tryParseJson(body.toString());
  const tags = isRecord(value) ? value['tags'] : undefined;
  if (tags === null) return [];
  if (Array.isArray(tags)) return tags;
  throw new RegistryError('answer', `${request.method} ${request.url.href}: the answer is no list of tags`);
}

function tooMuch(): RegistryError {
  return new RegistryError('limit', 'pagination limit exceeded');
}
