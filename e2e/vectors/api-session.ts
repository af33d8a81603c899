import { Agent, request } from 'node:https';
import { startApiServer } from '@sluice/apiserver';
import { builtinResources, type JsonObject } from '@sluice/kube-schema';

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly contentType?: string;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly code: number;
  readonly body: JsonObject;
  /** The `Warning` headers as sent. */
  readonly warnings: readonly string[];
}

/** An API server of its own, and one connection to it as the administrator. */
export interface ApiSession extends AsyncDisposable {
  send(call: ApiCall): Promise<ApiAnswer>;
}

/**
 * As the recording server it runs without controllers: nothing is collected, and workloads do not become ready.
 * @param now the server's clock
 */
export async function startApiSession(now: () => Date = () => new Date()): Promise<ApiSession> {
  const server = await startApiServer({ now, garbageCollection: false, simulate: { mode: 'off' } });
  const agent = new Agent({ ca: server.caPem, keepAlive: true });
  return {
    send: (call) => sendCall({ url: server.url, token: server.token, agent }, call),
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The collection that objects of this kind are in, as in `/apis/apps/v1/namespaces/ssa/deployments`. */
export function collectionPath(object: JsonObject, namespace: string, plural = pluralOf(object)): string {
  const apiVersion = String(object.apiVersion);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/v1`;
  return `${root}/namespaces/${namespace}/${plural}`;
}

function pluralOf({ kind }: JsonObject): string {
  return builtinResources().find((resource) => resource.kind === kind)?.plural ?? `${String(kind).toLowerCase()}s`;
}

interface Connection {
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
}

function sendCall({ url, token, agent }: Connection, call: ApiCall): Promise<ApiAnswer> {
  const query = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined) as [string, string][];
  const target = new URL(`${call.path}?${new URLSearchParams(query).toString()}`, url);
  const payload = typeof call.body === 'string' || call.body === undefined ? call.body : JSON.stringify(call.body);
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    ...(payload === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: call.method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const warnings = response.headersDistinct.warning ?? [];
        resolve({
          code: response.statusCode ?? 0,
          body: text === '' ? {} : (JSON.parse(text) as JsonObject),
          warnings,
        });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
