import { BlockList, isIP } from 'node:net';
import type { Proxy } from './proxy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for an address: HTTPS_PROXY or HTTP_PROXY by the scheme, else ALL_PROXY, in upper
 * or lower case, except what NO_PROXY lists and the machine itself.
 * @throws TypeError for a proxy that is no http, https or socks5 address
 */
export function proxyFromEnvironment(env: Environment): (url: URL) => Proxy | undefined {
  const read = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  const every = parseProxy(read('ALL_PROXY'));
  const secure = parseProxy(read('HTTPS_PROXY')) ?? every;
  const plain = parseProxy(read('HTTP_PROXY')) ?? every;
  const exceptions = read('NO_PROXY')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  return (url) => {
    const proxy = url.protocol === 'https:' ? secure : plain;
    return proxy === undefined || isDirect(url, exceptions) ? undefined : proxy;
  };
}

function parseProxy(text: string): Proxy | undefined {
  if (text === '') return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  // The text may hold a password.
  if (url === null || !['http:', 'https:', 'socks5:'].includes(url.protocol)) {
    throw new TypeError('the proxy in the environment is no http, https or socks5 address');
  }
  const username = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  return { url, ...(username !== '' && { username, password }) };
}

function isDirect(url: URL, exceptions: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return exceptions.some((entry) => isException(entry, host, port));
}

function isException(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (isIP(host) !== 0 && isIP(entry.split('/')[0] ?? '') !== 0) return isInRange(entry, host);
  const [, name = entry, wantedPort] = /^(.*):(\d+)$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  const isNameItself = domain === name && host === domain;
  return isNameItself || (domain !== '' && host.endsWith(`.${domain}`));
}

function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && (isInRange('127.0.0.0/8', host) || host === '::1');
}

function isInRange(range: string, host: string): boolean {
  const [address = '', bits] = range.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(host) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(host, family);
}
