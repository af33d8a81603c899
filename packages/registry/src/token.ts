import { answerError } from './answer-error.ts';
import { basicAuthorization, secretTexts, type RegistryCredentials } from './credentials.ts';
import { RegistryError } from './error.ts';
import { isRecord, tryParseJson } from './json.ts';
import { checkRealm } from './realm.ts';
import { send, type Answer, type Wire, type WireRequest } from './wire.ts';

const maxTokenBytes = 65_536;
const defaultLifeMs = 60_000;
const clientId = 'sluice';

export interface TokenRequest {
  /** Checked. */
  readonly realm: URL;
  /** Origin of the registry. */
  readonly base: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credentials: RegistryCredentials;
}

export interface Token {
  readonly token: string;
  readonly lifeMs: number;
  /** To get the next one with. */
  readonly refreshToken?: string;
}

/**
 * Asks the token server of a registry for a token.
 * @throws RegistryError
 * @see https://distribution.github.io/distribution/spec/auth/token/ and …/auth/oauth/
 */
export async function fetchToken(wire: Wire, request: TokenRequest, signal: AbortSignal): Promise<Token> {
  const { identityToken } = request.credentials;
  if (identityToken !== undefined && identityToken !== '') {
    const answer = await post(wire, request, identityToken, signal);
    if (answer.status !== 404) return await readToken(answer, request.credentials);
    answer[Symbol.dispose]();
  }
  return await readToken(await get(wire, request, signal), request.credentials);
}

function get(wire: Wire, request: TokenRequest, signal: AbortSignal): Promise<Answer> {
  const url = new URL(request.realm);
  for (const scope of request.scopes) url.searchParams.append('scope', scope);
  if (request.service !== undefined) url.searchParams.append('service', request.service);
  const authorization = basicAuthorization(request.credentials);
  return send(
    wire,
    { ...common(url, request), method: 'GET', ...(authorization !== undefined && { authorization }) },
    signal,
  );
}

function post(wire: Wire, request: TokenRequest, refreshToken: string, signal: AbortSignal): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    scope: request.scopes.join(' '),
    ...(request.service !== undefined && { service: request.service }),
  });
  return send(wire, { ...common(request.realm, request), method: 'POST', form }, signal);
}

function common(url: URL, { base }: TokenRequest): Pick<WireRequest, 'url' | 'checkRedirect' | 'maxRedirects'> {
  return { url, maxRedirects: 10, checkRedirect: (next) => checkRealm(next, base) };
}

async function readToken(answer: Answer, credentials: RegistryCredentials): Promise<Token> {
  if (answer.status !== 200) throw await answerError(answer, secretTexts(credentials));
  const body = tryParseJson((await answer.read(maxTokenBytes)).toString());
  const token = isRecord(body) ? textOf(body['access_token']) || textOf(body['token']) : '';
  // The body is not shown: it may hold a token under another name.
  if (!isRecord(body) || token === '')
    throw new RegistryError('answer', `no token in bearer response of ${answer.request.url.origin}`);
  if (!/^[\u0021-\u007e]+$/.test(token)) throw new RegistryError('answer', 'malformed token in bearer response');
  const refreshToken = textOf(body['refresh_token']);
  const seconds = body['expires_in'];
  return {
    token,
    lifeMs: typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * 1000, 3_600_000) : defaultLifeMs,
    ...(refreshToken !== '' && { refreshToken }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
