import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface TokenAuthOptions {
  readonly username: string;
  readonly password: string;
  /** Exchanged for tokens by POST; absent: POST answers 404, as of servers that know only GET. */
  readonly identityToken?: string;
  /** How many requests a token is good for (default: any number). */
  readonly maxUses?: number;
  /** The key of the token in the answer (default `token`). */
  readonly answerKeys?: readonly ('token' | 'access_token')[];
  /** Where tokens are to be had, if not at the registry itself. */
  readonly realm?: string;
}

/** Lets in who brings a token, and gives tokens to who brings a password, as Docker Hub does. */
export interface TokenAuth {
  /** Serves `/token`. */
  serve(req: IncomingMessage, res: ServerResponse, body: string): void;
  /** Whether the request has a good token for the repository in its path; uses it up by one. */
  isAllowed(req: IncomingMessage): boolean;
  /** WWW-Authenticate for a request without. @param origin of the registry */
  challenge(req: IncomingMessage, origin: string): string;
}

const service = 'test-registry';

/** @see https://distribution.github.io/distribution/spec/auth/token/ */
export function createTokenAuth(options: TokenAuthOptions): TokenAuth {
  const tokens = new Map<string, { readonly scopes: readonly string[]; uses: number }>();
  const { username, password, identityToken, maxUses = Number.POSITIVE_INFINITY } = options;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const give = (res: ServerResponse, scopes: readonly string[]): void => {
    const token = randomBytes(16).toString('hex');
    tokens.set(token, { scopes, uses: 0 });
    const keys = options.answerKeys ?? ['token'];
    // Where both are there, access_token is the one to use.
    const values = keys.map((key) => [key, key === 'token' && keys.includes('access_token') ? 'wrong' : token]);
    json(res, 200, { ...Object.fromEntries(values), expires_in: 300 });
  };
  return {
    serve(req, res, body) {
      if (req.method === 'POST') {
        const form = new URLSearchParams(body);
        if (identityToken === undefined) return json(res, 404, {});
        const isGood = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === identityToken;
        if (!isGood || form.get('service') !== service) return json(res, 401, { details: 'wrong refresh token' });
        return give(res, form.get('scope')?.split(' ') ?? []);
      }
      const { searchParams } = new URL(req.url ?? '/', 'http://registry');
      if (req.headers.authorization !== basic) return json(res, 401, { details: 'incorrect username or password' });
      if (searchParams.get('service') !== service) return json(res, 400, { details: 'unknown service' });
      give(res, searchParams.getAll('scope'));
    },
    isAllowed(req) {
      const token = tokens.get(req.headers.authorization?.replace(/^Bearer /, '') ?? '');
      if (token === undefined || token.uses >= maxUses) return false;
      const scope = scopeOf(req);
      if (scope !== undefined && !token.scopes.includes(scope)) return false;
      token.uses++;
      return true;
    },
    challenge(req, origin) {
      const scope = scopeOf(req);
      const base = `Bearer realm="${options.realm ?? `${origin}/token`}",service="${service}"`;
      return scope === undefined ? base : `${base},scope="${scope}"`;
    },
  };
}

function scopeOf(req: IncomingMessage): string | undefined {
  const repository = /^\/v2\/(.+)\/(?:tags|manifests|blobs)\//.exec(req.url ?? '')?.[1];
  return repository === undefined ? undefined : `repository:${repository}:pull`;
}

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
