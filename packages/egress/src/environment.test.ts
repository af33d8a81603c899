import { expect, test } from 'vitest';
import { proxyFromEnvironment } from './environment.ts';

const proxies = { HTTPS_PROXY: 'http://secure:3128', http_proxy: 'plain:3128' };

test.each([
  { env: proxies, url: 'https://a.example', want: 'http://secure:3128/' },
  { env: proxies, url: 'http://a.example', want: 'http://plain:3128/' },
  { env: { ALL_PROXY: 'socks5://s:1080' }, url: 'https://a.example', want: 'socks5://s:1080' },
  { env: {}, url: 'https://a.example', want: undefined },
  { env: proxies, url: 'https://localhost:5000', want: undefined }, // never the machine itself
  { env: proxies, url: 'http://127.0.0.2', want: undefined },
  { env: { ...proxies, NO_PROXY: '*' }, url: 'https://a.example', want: undefined },
  { env: { ...proxies, NO_PROXY: 'b.example, example.org' }, url: 'https://a.example', want: 'http://secure:3128/' },
  { env: { ...proxies, NO_PROXY: 'example.org' }, url: 'https://a.example.org', want: undefined },
  { env: { ...proxies, NO_PROXY: 'example.org' }, url: 'https://badexample.org', want: 'http://secure:3128/' },
  { env: { ...proxies, NO_PROXY: '.example.org' }, url: 'https://example.org', want: 'http://secure:3128/' },
  { env: { ...proxies, NO_PROXY: 'example.org:5000' }, url: 'https://example.org', want: 'http://secure:3128/' },
  { env: { ...proxies, NO_PROXY: 'example.org:5000' }, url: 'https://example.org:5000', want: undefined },
  { env: { ...proxies, NO_PROXY: '10.0.0.0/8' }, url: 'https://10.1.2.3', want: undefined },
  { env: { ...proxies, NO_PROXY: '10.0.0.0/8' }, url: 'https://11.1.2.3', want: 'http://secure:3128/' },
])('$url with $env goes through $want', ({ env, url, want }) => {
  expect(proxyFromEnvironment(env)(new URL(url))?.url.href).toBe(want);
});

test('credentials leave the address', () => {
  const proxy = proxyFromEnvironment({ HTTPS_PROXY: 'http://u%40:p%3A@proxy:1' })(new URL('https://a.example'));
  expect(proxy).toMatchObject({ username: 'u@', password: 'p:' });
  expect(proxy?.url.href).toBe('http://proxy:1/');
  expect(() => proxyFromEnvironment({ HTTPS_PROXY: 'ftp://u:secret@p' })).toThrow(
    'the proxy in the environment is no http, https or socks5 address',
  );
});
