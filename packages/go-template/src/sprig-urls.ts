import { define } from './define.ts';
import { FunctionError } from './error.ts';
import { goQuote } from './text.ts';
import { Dict, type Func } from './value.ts';

interface Url {
  readonly scheme: string;
  readonly userinfo: string;
  readonly host: string;
  /** Decoded. */
  readonly path: string;
  readonly query: string;
  readonly opaque: string;
  /** Decoded. */
  readonly fragment: string;
}

export const urlFunctions: Readonly<Record<string, Func>> = {
  urlParse: define(['string'], ([text]) => {
    const url = parseUrl(text);
    return new Dict(Object.entries({ ...url, hostname: hostname(url.host) }));
  }),
  urlJoin: define(['map[string]interface {}'], ([parts]) => joinUrl(parts)),
};

/** Reads a URL as Go's net/url, as far as links in commit messages go. */
function parseUrl(text: string): Url {
  const fail = (why: string): never => {
    throw new FunctionError(`unable to parse url: parse ${goQuote(text)}: ${why}`);
  };
  if (/[\u0000-\u001f\u007f]/.test(text)) fail('net/url: invalid control character in URL');
  const [beforeFragment, fragment] = cut(text, '#');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(beforeFragment)?.[1] ?? '';
  if (scheme === '' && beforeFragment.startsWith(':')) fail('missing protocol scheme');
  const [rest, query] = cut(scheme === '' ? beforeFragment : beforeFragment.slice(scheme.length + 1), '?');
  const found = { scheme: scheme.toLowerCase(), query, fragment: decode(fragment) ?? fail(badEscape(fragment)) };
  if (scheme !== '' && !rest.startsWith('/')) return { ...found, userinfo: '', host: '', path: '', opaque: rest };
  if (scheme === '' && /^[^/]*:/.test(rest)) fail('first path segment in URL cannot contain colon');
  const authority =
    rest.startsWith('//') && !(scheme === '' && rest.startsWith('///')) ? /^\/\/([^/]*)/.exec(rest)?.[1] : undefined;
  const path = authority === undefined ? rest : rest.slice(2 + authority.length);
  const at = authority?.lastIndexOf('@') ?? -1;
  const host = authority?.slice(at + 1) ?? '';
  if (/[ "<>\\^`{|}]/.test(host))
    fail(`invalid character ${goQuote(/[ "<>\\^`{|}]/.exec(host)?.[0] ?? '')} in host name`);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^\d*$/.test(port)) fail(`invalid port ${goQuote(`:${port}`)} after host`);
  const userinfo = at < 0 ? '' : (authority?.slice(0, at) ?? '');
  return { ...found, userinfo, host, path: decode(path) ?? fail(badEscape(path)), opaque: '' };
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function badEscape(text: string): string {
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)?.[0] ?? text;
  return `invalid URL escape ${goQuote(escape)}`;
}

function hostname(host: string): string {
  const bracketed = /^\[(.*)\]/.exec(host)?.[1];
  return bracketed ?? host.replace(/:[^:]*$/, '');
}

function joinUrl({ entries }: Dict): string {
  const part = (name: string): string => {
    const value = entries.get(name) ?? '';
    if (typeof value === 'string') return value;
    throw new FunctionError(`unable to parse ${name} key, must be of type string, but is not`);
  };
  const scheme = part('scheme') === '' ? '' : `${part('scheme')}:`;
  const opaque = part('opaque');
  const [host, userinfo, path] = [part('host'), part('userinfo'), part('path')];
  const tail =
    (part('query') === '' ? '' : `?${part('query')}`) +
    (part('fragment') === '' ? '' : `#${encodeFragment(part('fragment'))}`);
  if (opaque !== '') return scheme + opaque + tail;
  const authority =
    scheme !== '' || host !== '' || userinfo !== '' ? `//${userinfo === '' ? '' : `${userinfo}@`}${host}` : '';
  const shownAuthority = host === '' && userinfo === '' && path === '' ? '' : authority;
  const separator = path !== '' && !path.startsWith('/') && host !== '' ? '/' : '';
  return scheme + shownAuthority + separator + encodePath(path) + tail;
}

function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, (char) => encodeURIComponent(char));
}

function encodeFragment(fragment: string): string {
  return encodeURI(fragment);
}
