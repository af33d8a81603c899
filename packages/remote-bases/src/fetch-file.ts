import { createConnections, readBody, sendRequest, type HttpOptions } from '@sluice/egress';
import { GitError } from '@sluice/git';
import { asBuildError, egressOf, timeLimited, type RemoteOptions } from './options.ts';

const timeoutMs = 30_000;
const maxBytes = 16_777_216;
const maxRedirects = 5;

/**
 * Reads a file that a build refers to by URL, without credentials but those in the URL.
 * @param url http or https
 * @returns the body, or the HTTP status when that is no success
 * @throws KustomizeError; `signal.reason` when aborted
 */
export async function fetchRemoteFile(
  url: string,
  options: RemoteOptions,
): Promise<Uint8Array | { readonly status: number; readonly text: string }> {
  const signal = timeLimited(options, timeoutMs);
  using connections = createConnections();
  try {
    return await get(parse(url), { egress: egressOf(options), connections, signal });
  } catch (error) {
    throw asBuildError(url, error);
  }
}

async function get(
  first: URL,
  http: HttpOptions,
): Promise<Uint8Array | { readonly status: number; readonly text: string }> {
  let url = first;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await sendRequest({ url, headers: { accept: '*/*', 'user-agent': 'sluice' } }, http);
    const { statusCode: status = 0, statusMessage: text = '' } = response;
    const { location } = response.headers;
    if (status >= 200 && status < 300) return await readBody(response, maxBytes, http.signal);
    response.destroy();
    if (status < 300 || status >= 400 || location === undefined) return { status, text };
    url = redirected(url, location);
  }
  throw new GitError('protocol', `more than ${maxRedirects} redirects`);
}

/** Never from https to http: what was asked for in private is not read in public. */
function redirected(from: URL, location: string): URL {
  const to = parse(URL.parse(location, from)?.href ?? '');
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new GitError('protocol', 'redirect from https to http');
  }
  return to;
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new GitError('url-invalid', 'the address must be http or https');
}
