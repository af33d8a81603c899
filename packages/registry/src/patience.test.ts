import type { TestRegistryRequest } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { RegistryError } from './error.ts';
import { createHostGates } from './host-gates.ts';
import { patienceMs } from './rate-limit.ts';
import { answer, failureOf, isRegistryMissing, startRig } from './test/rig.ts';

const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest'];
const isTags = ({ path }: TestRegistryRequest): boolean => path.includes('/tags/list');

describe.skipIf(isRegistryMissing)('patience (docker-registry is not installed)', () => {
  // image 14.4-72, D25
  test('waits as long as the registry asks for, and keeps others waiting', async () => {
    let limited = 1;
    await using rig = await startRig({
      fail: (request) => (isTags(request) && limited-- > 0 ? answer(429, { 'retry-after': '1' }) : undefined),
    });
    const first = rig.tags();
    const limitedAt = (await rig.untilAsked(isTags)).at;
    expect(await Promise.all([first, rig.tags()])).toEqual([all, all]);
    const after = rig.server.requests.filter(({ at }) => at > limitedAt);
    expect(after.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...after.map(({ at }) => at - limitedAt))).toBeGreaterThanOrEqual(990);
  });

  // image 14.4-72
  test('another host is not kept waiting', async () => {
    await using slow = await startRig({
      fail: (request) => (isTags(request) ? answer(429, { 'retry-after': '120' }) : undefined),
    });
    await using rig = await startRig();
    expect(await failureOf(slow.tags())).toMatchObject({ failure: 'rate-limited' });
    const from = rig.client.repository({ registry: slow.server.host, repository: 'team/app' });
    expect(await failureOf(from.tags(AbortSignal.timeout(10_000)))).toMatchObject({ failure: 'rate-limited' });
    expect(await rig.tags()).toEqual(all);
  });

  // security F-REG-01, case 189
  test.each([
    [429, { 'retry-after': '120' }],
    [503, { 'retry-after': '120' }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 120) }],
  ])('a long wait after %d is left to the caller, and no one asks meanwhile', async (status, headers) => {
    await using rig = await startRig({
      fail: (request) => (isTags(request) ? answer(status, headers, 'slow down') : undefined),
    });
    const error = await failureOf(rig.tags());
    expect(error).toBeInstanceOf(RegistryError);
    expect(error.message).toMatch(/rate limited, retrying in (1m5\ds|2m\ds)$/);
    expect(error).toMatchObject({ failure: 'rate-limited', retry: { afterMs: expect.any(Number) } });
    const before = rig.asked().length;
    expect((await failureOf(rig.tags())).message).toMatch(/: rate limited, retrying in /);
    expect(rig.asked()).toHaveLength(before);
  });

  test('429 without a time is tried again', async () => {
    let limited = 2;
    await using rig = await startRig({
      fail: (request) => (isTags(request) && limited-- > 0 ? answer(429) : undefined),
    });
    expect(await rig.tags()).toEqual(all);
    expect(rig.server.requests.filter(isTags)).toHaveLength(3);
  });
});

test.each([
  [429, { 'retry-after': '2' }, 2000],
  [503, { 'retry-after': '2' }, 2000],
  [200, { 'retry-after': '2' }, undefined],
  [500, { 'retry-after': '2' }, undefined],
  [429, { 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' }, 50_000],
  [429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:01 GMT' }, 0], // past
  [429, { 'retry-after': 'soon' }, undefined],
  [429, { 'retry-after': '999999999' }, 3_600_000],
  [429, {}, undefined],
  [429, { 'x-ratelimit-reset': '70' }, 60_000],
  [403, { 'x-ratelimit-reset': '70' }, undefined],
  [403, { 'x-ratelimit-reset': '70', 'x-ratelimit-remaining': '0' }, 60_000],
])('status %d with %j asks for %d ms', (status, headers, want) => {
  expect(patienceMs(status, headers, 10_000)).toBe(want);
});

describe('gates', () => {
  const signal = AbortSignal.timeout(10_000);

  test('so many at the same time to one host, in order', async () => {
    const gates = createHostGates({ maxInFlight: 2, maxHoldWaitMs: 0 });
    const first = await gates.enter('a', signal);
    await gates.enter('a', signal);
    const entered: string[] = [];
    const third = gates.enter('a', signal).then((turn) => (entered.push('third'), turn));
    const stop = new AbortController();
    const fourth = gates.enter('a', stop.signal);
    const fifth = gates.enter('a', signal).then((turn) => (entered.push('fifth'), turn));
    await gates.enter('b', signal);
    expect(entered).toEqual([]);
    stop.abort(new Error('stopped'));
    await expect(fourth).rejects.toThrow('stopped');
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    await fifth;
    expect(entered).toEqual(['third', 'fifth']);
  });

  test('a hold gives the turn back', async () => {
    const gates = createHostGates({ maxInFlight: 1, maxHoldWaitMs: 0 });
    gates.hold('a', 60_000);
    for (const _ of [1, 2]) {
      await expect(gates.enter('a', signal)).rejects.toMatchObject({ failure: 'rate-limited' });
    }
  });
});
