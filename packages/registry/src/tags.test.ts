import { type RegistryFault, type TestRegistryOptions, type TestRegistryRequest } from '@sluice/testkit';
import { describe, expect, test } from 'vitest';
import { answer, failureOf, isRegistryMissing, startRig } from './test/rig.ts';

const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest'];
const isTags = ({ path }: TestRegistryRequest): boolean => path.includes('/tags/list');
const isSecondPage = ({ path }: TestRegistryRequest): boolean => path.includes('last=');
const ssrf = 'pagination URL host does not match registry host: potential SSRF attack';

/** Answers each list of tags instead of the registry. */
function listing(
  fault: (request: TestRegistryRequest, count: number) => RegistryFault | undefined,
): TestRegistryOptions {
  let count = 0;
  return { fail: (request) => (isTags(request) ? fault(request, ++count) : undefined) };
}

function page(tags: readonly unknown[] | null, link?: string): RegistryFault {
  return answer(200, link === undefined ? {} : { link }, JSON.stringify({ name: 'team/app', tags }));
}

describe.skipIf(isRegistryMissing)('tags (docker-registry is not installed)', () => {
  // image 14.4-68
  test.each([
    ['relative', () => '/v2/team/app/tags/list?last=b'],
    ['relative to the request', () => 'list?last=b'],
    ['absolute', (host: string) => `http://${host}/v2/team/app/tags/list?last=b`],
  ])('pages behind links: %s', async (_kind, link) => {
    await using rig = await startRig(
      listing(({ headers }, count) =>
        count < 3 ? page([`${count}`], `<${link(headers.host ?? '')}${count}>; rel="next"`) : page(['3']),
      ),
    );
    expect(await rig.tags()).toEqual(['1', '2', '3']);
    expect(rig.server.requests.filter(isTags)).toHaveLength(3);
  });

  // image 14.4-68
  test.each(['https://HOST/v2/team/app/tags/list?last=b', 'http://localhost:1/v2/', '//169.254.169.254/latest/'])(
    'a link to %s',
    async (link) => {
      await using rig = await startRig(
        listing(({ headers }) => page(['1'], `<${link.replace('HOST', headers.host ?? '')}>; rel="next"`)),
      );
      expect(await failureOf(rig.tags())).toMatchObject({ message: ssrf, failure: 'refused' });
      expect(rig.server.requests.filter(isTags)).toHaveLength(1);
    },
  );

  // image 14.4-69
  test.each([
    ['foo', "failed to parse link header: missing '<' in: foo"],
    ['<foo', "failed to parse link header: missing '>' in: <foo"],
  ])('the link header %s', async (link, message) => {
    await using rig = await startRig(listing(() => page(['1'], link)));
    expect((await failureOf(rig.tags())).message).toBe(message);
  });

  // security F-REG-03: without rel, and with another rel
  test('links by their relation', async () => {
    const prev = '</v2/team/app/tags/list?last=z>; rel="prev"';
    await using rig = await startRig(
      listing((_request, count) => {
        if (count === 1) return page(['1'], '</v2/team/app/tags/list?last=1>');
        return page([`${count}`], count === 2 ? `${prev}, </v2/team/app/tags/list?last=2>; rel=next` : prev);
      }),
    );
    expect(await rig.tags()).toEqual(['1', '2', '3']);
  });

  // image 14.4-70, security S-POL-01
  test.each([
    ['to itself', () => '<>; rel="next"', 2],
    ['with a repeated last', (count: number) => `<?last=x&page=${count}>; rel="next"`, 2],
    ['without end', (count: number) => `<?last=${count}>; rel="next"`, 20],
  ])('a loop %s', async (_kind, link, requests) => {
    await using rig = await startRig(
      listing((_request, count) => page(['1'], link(count))),
      { limits: { maxPages: 20 } },
    );
    expect(await failureOf(rig.tags())).toMatchObject({ message: 'pagination limit exceeded', failure: 'limit' });
    expect(rig.server.requests.filter(isTags)).toHaveLength(requests);
  });

  test.each([{ maxTags: 5 }, { maxTagListBytes: 100 }])('a list over %j', async (limits) => {
    await using rig = await startRig(
      listing((_request, count) => page(['aaaaaaaaaa', 'bbbbbbbbbb'], `<?last=${count}>; rel="next"`)),
      { limits },
    );
    expect(await failureOf(rig.tags())).toMatchObject({ message: 'pagination limit exceeded', failure: 'limit' });
  });

  // image 14.4-71
  test('a page that fails for good, and one that fails once', async () => {
    let failing = 3;
    await using rig = await startRig({
      pageSize: 2,
      fail: (request) => (isSecondPage(request) && failing-- > 0 ? answer(500, {}, 'down') : undefined),
    });
    const error = await failureOf(rig.tags());
    expect(error.message).toMatch(/^GET http:\S+last=\S+: unexpected status code 500 Internal Server Error: down$/);
    failing = 1;
    expect(await rig.tags()).toEqual(all);
  });

  test('a connection that breaks once', async () => {
    let failing = 1;
    await using rig = await startRig({
      pageSize: 2,
      fail: (request) => (isSecondPage(request) && failing-- > 0 ? { type: 'close' } : undefined),
    });
    expect(await rig.tags()).toEqual(all);
  });

  // image 14.4-73
  test.each([
    ['TOO_MANY_TAGS_REQUESTED', 404, ['?n=1000', '?n=100']],
    ['UNSUPPORTED', 400, ['?n=1000', '?n=100']],
    ['TOO_MANY_TAGS_REQUESTED', 400, ['?n=1000', '?n=100', '']],
  ])('%s with status %d: %j', async (code, status, queries) => {
    await using rig = await startRig(
      listing((_request, count) =>
        count < queries.length ? answer(status, {}, `{"errors":[{"code":"${code}","message":"no"}]}`) : undefined,
      ),
    );
    expect(await rig.tags()).toEqual(all);
    expect(rig.server.requests.filter(isTags).map(({ path }) => path)).toEqual(
      queries.map((query) => `/v2/team/app/tags/list${query}`),
    );
  });

  // image 14.4-74: the registry's own answer to an unknown name
  test('an unknown repository', async () => {
    await using rig = await startRig();
    const repository = rig.client.repository({ registry: rig.server.host, repository: 'team/none' });
    const error = await failureOf(repository.tags(AbortSignal.timeout(10_000)));
    expect(error.message).toBe(
      `GET ${rig.server.url}/v2/team/none/tags/list?n=1000: NAME_UNKNOWN: repository name not known to registry; {"name":"team/none"}`,
    );
    expect(error).toMatchObject({ failure: 'not-found', codes: ['NAME_UNKNOWN'], retry: 'backoff' });
  });

  // image 14.4-74, 14.4-75, spec §3.4
  test.each([
    [
      404,
      '{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}',
      'NAME_UNKNOWN: repository name not known',
    ],
    [
      403,
      '{"errors":[{"code":"A","message":"a"},{"code":"B","message":"b","detail":"c"}]}',
      'multiple errors returned: A: a; B: b; c',
    ],
    [
      403,
      '<html>\r\n<b>No\u001b[31m</b></html>',
      'unexpected status code 403 Forbidden: <html> <b>No\ufffd[31m</b></html>',
    ],
    [404, '', 'unexpected status code 404 Not Found'],
    [404, '{"errors":[]}', 'unexpected status code 404 Not Found: {"errors":[]}'],
    [418, '[1]', "unexpected status code 418 I'm a Teapot: [1]"],
  ])('status %d with %j', async (status, body, message) => {
    await using rig = await startRig(listing(() => answer(status, {}, body)));
    const url = `${rig.server.url}/v2/team/app/tags/list?n=1000`;
    expect((await failureOf(rig.tags())).message).toBe(`GET ${url}: ${message}`);
  });

  // image 14.4-75
  test('a body that echoes credentials is cleaned and cut', async () => {
    const credentials = { username: 'u', password: 'password-of-u' };
    await using rig = await startRig(
      listing(({ headers }) => answer(403, {}, `${headers.authorization} password-of-u ${'x'.repeat(200_000)}`)),
    );
    const { message } = await failureOf(rig.tags({ credentials }));
    expect(message).toContain('unexpected status code 403 Forbidden: Basic ***** ***** xxx');
    expect(message.length).toBeLessThan(1200);
  });

  // image 14.3-45, security F-REG-02, S-POL-01
  test.each([
    [JSON.stringify({ tags: null }), { tags: [], invalid: 0 }],
    [JSON.stringify({ tags: ['b', 'a', 'a'] }), { tags: ['b', 'a', 'a'], invalid: 0 }],
    [
      JSON.stringify({
        tags: ['ok', 'a\nb', '\u001b[31m', '../x', '-a', 'x'.repeat(129), 1, null, { a: 1 }, '__proto__'],
      }),
      { tags: ['ok', '__proto__'], invalid: 8 },
    ],
    ['', undefined],
    ['{}', undefined],
    ['{"tags":"a"}', undefined],
    ['[]', undefined],
    ['{"tags":["a"]', undefined],
    ['\ufeff{"tags":["a"]}', undefined],
    ['<html>', undefined],
  ])('the list %s', async (body, want) => {
    await using rig = await startRig(listing(() => answer(200, {}, body)));
    const repository = rig.client.repository({ registry: rig.server.host, repository: 'team/app' });
    const list = repository.tags(AbortSignal.timeout(10_000));
    if (want !== undefined) return expect(await list).toEqual(want);
    expect((await failureOf(list)).message).toMatch(/: the answer is no list of tags$/);
  });

  // security F-REG-04, with 20 pages here
  test('20 000 tags', async () => {
    const link = (count: number) => (count < 20 ? `<?last=${count}>; rel="next"` : undefined);
    const names = (count: number) => Array.from({ length: 1000 }, (_, i) => `v${count}.${i}`);
    await using rig = await startRig(listing((_request, count) => page(names(count), link(count))));
    expect(await rig.tags()).toHaveLength(20_000);
  });

  // image 14.3-55
  test('a silent registry', async () => {
    await using rig = await startRig(listing(() => ({ type: 'hang' })));
    const repository = rig.client.repository({ registry: rig.server.host, repository: 'team/app' });
    const late = await failureOf(repository.tags(AbortSignal.timeout(200)));
    expect(late.message).toMatch(/^GET http:\S+\/tags\/list: context deadline exceeded \(timeout\)$/);
    expect(late.failure).toBe('timeout');
    const stop = new AbortController();
    const stopped = repository.tags(stop.signal);
    stop.abort(new Error('shutdown'));
    await expect(stopped).rejects.toThrow('shutdown');
  });

  test('a repository that leads out of the registry', async () => {
    await using rig = await startRig();
    const repository = rig.client.repository({ registry: rig.server.host, repository: '../../admin' });
    expect(await failureOf(repository.tags(AbortSignal.timeout(10_000)))).toMatchObject({ failure: 'refused' });
    expect(rig.asked()).toEqual(['GET /v2/']);
  });
});
