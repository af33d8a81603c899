import { repositoryUrl, type RepositoryName } from './address.ts';
import { answerError } from './answer-error.ts';
import { createAuthorizer, type Authorizer } from './authorizer.ts';
import { parseChallenges, pickChallenge } from './challenge.ts';
import { secretTexts, type RegistryCredentials } from './credentials.ts';
import { ping } from './ping.ts';
import type { TokenCache } from './token-cache.ts';
import { send, type Answer, type Wire } from './wire.ts';

/** Requests to one repository, with what it takes to be let in. The registry is contacted at the first one. */
export interface Session {
  /**
   * @returns an answer with status 200
   * @throws RegistryError
   */
  request(request: SessionRequest, signal: AbortSignal): Promise<Answer>;
}

export interface SessionRequest {
  readonly method: 'GET' | 'HEAD';
  /** Below the repository, such as `tags/list`, or an address at the same registry. */
  readonly at: string | URL;
  readonly query?: string;
  readonly accept?: string;
}

export interface SessionOptions {
  readonly wire: Wire;
  readonly tokens: TokenCache;
  readonly name: RepositoryName;
  readonly credentials: RegistryCredentials;
  readonly insecure: boolean;
  readonly allowPlainHttp: boolean;
}

interface Opened {
  readonly base: URL;
  readonly authorizer: Authorizer;
}

export function createSession(options: SessionOptions): Session {
  let opened: Opened | undefined;
  return {
    async request(request, signal) {
      opened ??= await open(options, signal);
      return await requestWith(opened, options, request, signal);
    },
  };
}

async function open({ wire, name, insecure, ...rest }: SessionOptions, signal: AbortSignal): Promise<Opened> {
  const { base, challenge } = await ping(wire, { registry: name.registry, insecure }, signal);
  return { base, authorizer: createAuthorizer({ wire, base, challenge, repository: name.repository, ...rest }) };
}

async function requestWith(
  { base, authorizer }: Opened,
  { wire, name, credentials }: SessionOptions,
  { method, at, query = '', accept }: SessionRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const url = typeof at === 'string' ? repositoryUrl(base, name.repository, at) : at;
  if (query !== '') url.search = query;
  for (let isRetry = false; ; isRetry = true) {
    const authorization = await authorizer.header(signal);
    const answer = await send(
      wire,
      { method, url, ...(accept !== undefined && { accept }), ...(authorization !== undefined && { authorization }) },
      signal,
    );
    if (answer.status === 200) return answer;
    const token = authorization?.replace(/^\w+ /, '') ?? '';
    const error = await answerError(answer, [...secretTexts(credentials), ...(token === '' ? [] : [token])]);
    const challenge = pickChallenge(parseChallenges(answer.headers['www-authenticate'] ?? ''));
    const isAsked = answer.status === 401 && answer.url.origin === base.origin && challenge !== undefined;
    if (isRetry || !isAsked || !(await authorizer.renew(challenge, authorization, signal))) throw error;
  }
}
