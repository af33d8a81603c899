import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

test.each([
  ['https://bot:s3cr3t@git.example.com/a.git failed', 'https://*****@git.example.com/a.git failed'],
  ['GET https://s3.example.com/b?X-Amz-Signature=abc&x=1: 403', 'GET https://s3.example.com/b 403'],
  ['Authorization: Bearer abcdef', 'Authorization: *****'],
  ['token eyJhbGciOi.eyJzdWIi.c2ln is old', 'token ***** is old'],
  ['key AKIAABCDEFGHIJKLMNOP here', 'key ***** here'],
  ['remote: ghp_0123456789abcdefABCDEF', 'remote: *****'],
  ['a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b', 'a ***** b'],
  ['bold \u001B[1m and \u202Eevil\u2066', 'bold \uFFFD[1m and \uFFFDevil\uFFFD'],
  ['two\nlines and a half \uD800', 'two\nlines and a half \uFFFD'],
  [
    "couldn't find remote ref 'main' in https://git.example.com/a.git",
    "couldn't find remote ref 'main' in https://git.example.com/a.git",
  ],
])('%s', (text, want) => {
  expect(createRedactor()(text)).toBe(want);
});

test('hides what it was told, in each encoding', () => {
  const outer = createRedactor();
  const redact = createRedactor(outer);
  redact.hide('p&ss "word"');
  outer.hide('outer-secret');
  redact.hide('short');
  const encoded = [
    'p&ss "word"',
    'p%26ss%20%22word%22',
    'p&ss \\"word\\"',
    Buffer.from('p&ss "word"').toString('base64'),
  ];
  for (const text of encoded) expect(redact(`<${text}>`)).toBe('<*****>');
  expect(redact('outer-secret and short')).toBe('***** and short');
  expect(outer('p&ss "word"')).toBe('p&ss "word"');
});
