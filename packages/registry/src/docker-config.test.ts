import { parseImageName } from '@sluice/image-policy';
import { expect, test } from 'vitest';
import { AccessError } from './access-error.ts';
import { findCredentials, parseDockerConfig } from './docker-config.ts';

/** The user whose entry is chosen; each entry's user is its key. */
function chosen(keys: readonly string[], image: string): string | undefined {
  const auths = Object.fromEntries(keys.map((key) => [key, { username: key, password: 'p' }]));
  return findCredentials(parseDockerConfig(JSON.stringify({ auths })), parseImageName(image))?.username;
}

// image 14.4-87, D33
test.each([
  ['https://index.docker.io/v1/', true],
  ['index.docker.io', true],
  ['docker.io', true],
  ['https://docker.io/v1/', true],
  ['https://registry-1.docker.io', true],
  ['docker.io/library', true],
  ['docker.io/other', false],
  ['example.com', false],
  ['hub.docker.io', false],
])('alpine by the key %s: %s', (key, want) => {
  expect(chosen([key], 'alpine')).toBe(want ? key : undefined);
});

// image 14.4-88, security S-POL-07
test.each([
  ['reg.example.com:5000', true],
  ['https://reg.example.com:5000/v2/', true],
  ['http://reg.example.com:5000/', true],
  ['*.example.com:5000', true],
  ['r?g.example.com:5000', true],
  ['[a-z]eg.example.com:5000', true],
  ['[^r]eg.example.com:5000', false],
  ['*:5000', false],
  ['*.com:5000', false],
  ['reg.example.com', false],
  ['reg.example.com:443', false],
  ['example.com:5000', false],
  ['reg.example.com:5000/team', true],
  ['reg.example.com:5000/v2/team', true],
  ['reg.example.com:5000/te', true],
  ['reg.example.com:5000/other', false],
])('reg.example.com:5000/team/app by the key %s: %s', (key, want) => {
  expect(chosen([key], 'reg.example.com:5000/team/app')).toBe(want ? key : undefined);
});

test.each([
  ['registry.io', 'registry.io.evil.com/app', false],
  ['registry.io', 'evil-registry.io/app', false],
  ['[::1]:5000', '[::1]:5000/app', true],
])('%s for %s: %s', (key, image, want) => {
  expect(chosen([key], image)).toBe(want ? key : undefined);
});

test.each([
  [['reg.example.com:5000', 'reg.example.com:5000/team'], 'reg.example.com:5000/team'],
  [['reg.example.com:5000/team', 'reg.example.com:5000/t'], 'reg.example.com:5000/team'],
  [['*.example.com:5000', 'reg.example.com:5000'], 'reg.example.com:5000'],
])('of %j: %s', (keys, want) => {
  expect(chosen(keys, 'reg.example.com:5000/team/app')).toBe(want);
});

// image 14.4-86: of equal keys the first
test('two configs for one host', () => {
  const config = (username: string) =>
    parseDockerConfig(JSON.stringify({ auths: { 'reg.io': { username, password: 'p' } } }));
  const name = parseImageName('reg.io/team/app');
  expect(findCredentials([...config('own'), ...config('account')], name)?.username).toBe('own');
  expect(findCredentials([], name)).toBeUndefined();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

// image 14.4-89
test.each([
  [{ auth: base64('user:pass:word') }, { username: 'user', password: 'pass:word' }],
  [{ auth: base64('us:p') }, { username: 'us', password: 'p' }],
  [{ auth: base64('us:p').replace(/=+$/, '') }, { username: 'us', password: 'p' }],
  [
    { auth: base64('a:b'), username: 'other', password: 'other' },
    { username: 'a', password: 'b' },
  ],
  [
    { username: 'u', password: 'p' },
    { username: 'u', password: 'p' },
  ],
  [{ identitytoken: 't' }, { username: '', password: '', identityToken: 't' }],
  [{ registrytoken: 't' }, { username: '', password: '', registryToken: 't' }],
])('the entry %j', (entry, want) => {
  const [auth] = parseDockerConfig(JSON.stringify({ auths: { 'reg.io': entry } }));
  expect(auth).toMatchObject({ key: 'reg.io', credentials: want });
});

// image 14.4-89
test.each([
  [{ auths: { r: { auth: '*secret*' } } }, 'unable to decode auth field: illegal base64 data'],
  [
    { auths: { r: { auth: base64('secret') } } },
    'unable to decode auth field: must be formatted as base64(username:password)',
  ],
  [{ auths: { r: { auth: 1 } } }, 'malformed docker config'],
  [{ auths: { r: 'secret' } }, 'malformed docker config'],
  [{ auths: [] }, 'malformed docker config'],
  ['secret', 'malformed docker config'],
])('refuses %j', (config, message) => {
  const parse = () => parseDockerConfig(JSON.stringify(config));
  expect(parse).toThrow(AccessError);
  expect(parse).toThrow(message);
});

test('what the parser says of a malformed text is not shown', () => {
  expect(() => parseDockerConfig('{"auths":{"r":{"password":secret}}}')).toThrow(/^malformed docker config$/);
});

// image 14.4-90
test('a config of old', () => {
  expect(parseDockerConfig('{"reg.io":{"username":"u","password":"p"}}', true)).toMatchObject([{ key: 'reg.io' }]);
  expect(parseDockerConfig('{}')).toEqual([]);
});
