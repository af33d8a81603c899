import { RegistryError } from './error.ts';

/**
 * Where the page after this one is, by the Link header of the answer to `from`.
 * @returns `undefined` on the last page
 * @throws RegistryError `refused` for an address at another registry, `answer` for no address
 * @see RFC 8288
 */
export function nextPage(header: string | string[] | undefined, from: URL): URL | undefined {
  const link = Array.isArray(header) ? header.join(', ') : header;
  if (link === undefined || link.trim() === '') return undefined;
  const target = nextTarget(link);
  if (target === undefined) return undefined;
  const url = URL.parse(target, from);
  if (url === null) throw malformed(`no address in: ${link}`);
  if (url.origin !== from.origin) {
    throw new RegistryError('refused', 'pagination URL host does not match registry host: potential SSRF attack');
  }
  url.username = '';
  url.password = '';
  return url;
}

/** The one with rel="next"; one without rel is taken for it. */
function nextTarget(link: string): string | undefined {
  if (!link.includes('<')) throw malformed(`missing '<' in: ${link}`);
  if (!link.includes('>')) throw malformed(`missing '>' in: ${link}`);
  for (const [, target = '', parameters = ''] of link.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*"?([^";,]*)/i.exec(parameters)?.[1];
    if (rel === undefined || rel.toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}

function malformed(why: string): RegistryError {
  return new RegistryError('answer', `failed to parse link header: ${why.slice(0, 300)}`);
}
