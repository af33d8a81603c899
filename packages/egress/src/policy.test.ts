import { expect, test } from 'vitest';
import { createEgressPolicy, isPrivateLiteral } from './policy.ts';

test.each([
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['169.254.169.254', false],
  ['::1', false],
  ['::ffff:169.254.169.254', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['fe80::1', false],
  ['10.0.0.1', true], // servers of a company
  ['192.0.2.1', true],
  ['2001:db8::1', true],
])('%s by default: %s', (address, want) => {
  expect(createEgressPolicy().isAllowed(address)).toBe(want);
});

test('what is opened is open, and no more', () => {
  const policy = createEgressPolicy(['127.0.0.0/8']);
  expect(policy.isAllowed('127.0.0.1')).toBe(true);
  expect(policy.isAllowed('::ffff:127.0.0.1')).toBe(true);
  expect(policy.isAllowed('169.254.169.254')).toBe(false);
});

test.each([
  ['http://10.0.0.1/', true],
  ['http://172.16.0.1/', true],
  ['http://172.32.0.1/', false],
  ['http://192.168.1.1/', true],
  ['http://2130706433/', true], // 127.0.0.1 in one number
  ['http://[::1]/', true],
  ['http://[::ffff:10.0.0.1]/', true],
  ['http://[fd00::1]/', true],
  ['http://0.0.0.0/', true],
  ['http://192.0.2.1/', false],
  ['http://localhost/', false], // a name: its addresses are checked when it is looked up
])('%s is private: %s', (url, want) => {
  expect(isPrivateLiteral(new URL(url))).toBe(want);
});
