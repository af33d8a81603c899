import { declare, type FunctionDecl } from '../check/function.ts';
import { evaluationError } from '../error.ts';
import { MadeMap, Opaque, type Value } from '../run/value.ts';

/** A URL's parts as they are written; nothing is made canonical. */
class Url extends Opaque {
  override readonly typeName = 'kubernetes.URL';
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, parts: { scheme: string; host: string; path: string; query: string }) {
    super();
    this.text = text;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.path = parts.path;
    this.query = parts.query;
  }

  override equals(other: Opaque): boolean {
    return other instanceof Url && other.text === this.text;
  }
}

/** An absolute URL or path, as Go's `ParseRequestURI` takes it. @returns `undefined` for any other text */
function parseUrl(text: string): Url | undefined {
  if (/[\u0000-\u001f\u007f]|%(?![\da-fA-F]{2})/.test(text)) return undefined;
  const match = /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?]*)(?:\?(.*))?$/.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', host = '', path = '', query = ''] = match;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  const isHost = /^(?:\[[\da-fA-F:.]+\]|[^\s:[\]<>"^`{|}\\]*)(?::\d*)?$/.test(host);
  return isHost ? new Url(text, { scheme: scheme.toLowerCase(), host, path, query }) : undefined;
}

function urlOf(text: string): Url {
  const parsed = parseUrl(text);
  if (parsed !== undefined) return parsed;
  const why = `parse "${text}": ${text === '' ? 'empty url' : 'invalid URI for request'}`;
  throw evaluationError(`URL parse error during conversion from string: ${why}`);
}

/** The host without its port and brackets, and the port. */
function splitHost({ host }: Url): { name: string; port: string } {
  const [, bracketed, plain = '', port = ''] = /^(?:\[(.*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? [];
  return { name: bracketed ?? plain, port };
}

function escapedPath({ path }: Url): string {
  return path.replace(/[^\w.~!$&'()*+,;=:@/%[\]-]/gu, encodeURIComponent);
}

function queryOf({ query }: Url): MadeMap {
  const made = new MadeMap();
  const values = new URLSearchParams(query.replace(/#.*$/, ''));
  for (const key of new Set(values.keys())) made.add(key, values.getAll(key));
  return made;
}

const of = (value: Value | undefined): Url => value as Url;

/** Kubernetes' functions of URLs. */
export const urls: readonly FunctionDecl[] = [
  declare('url', { '(string) kubernetes.URL': ([text]) => urlOf(text as string) }),
  declare('isURL', { '(string) bool': ([text]) => parseUrl(text as string) !== undefined }),
  declare('getScheme', { 'kubernetes.URL.() string': ([url]) => of(url).scheme }),
  declare('getHost', { 'kubernetes.URL.() string': ([url]) => of(url).host }),
  declare('getHostname', { 'kubernetes.URL.() string': ([url]) => splitHost(of(url)).name }),
  declare('getPort', { 'kubernetes.URL.() string': ([url]) => splitHost(of(url)).port }),
  declare('getEscapedPath', { 'kubernetes.URL.() string': ([url]) => escapedPath(of(url)) }),
  declare('getQuery', { 'kubernetes.URL.() map(string, list(string))': ([url]) => queryOf(of(url)) }),
];
