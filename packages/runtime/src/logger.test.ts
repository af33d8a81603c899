import { expect, test } from 'vitest';
import { createLogger, withRedactor, type LogLevel } from './logger.ts';
import { createRedactor } from './redact.ts';

function record(level: LogLevel) {
  const lines: string[] = [];
  const now = () => new Date('2026-03-01T10:00:00.123Z');
  const log = createLogger({ level, write: (line) => lines.push(line), now });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('writes one object per line, with level, time, message and fields', () => {
  const { log, lines } = record('info');
  log.child({ controller: 'gitrepository' }).info({ revision: 'main@sha1:1', n: 2 }, 'stored artifact');
  expect(lines).toEqual([
    '{"level":"info","ts":"2026-03-01T10:00:00.123Z","msg":"stored artifact","controller":"gitrepository","revision":"main@sha1:1","n":2}\n',
  ]);
});

test('drops what is below its level', () => {
  const { log, parsed } = record('error');
  log.debug({}, 'a');
  log.info({}, 'b');
  log.error({}, 'c');
  expect(parsed().map((line) => line['msg'])).toEqual(['c']);
});

test('shows an error by its messages, and its stack at debug only', () => {
  const error = new Error('cannot clone', { cause: new Error('https://u:p@h/x refused') });
  const plain = record('info');
  plain.log.error({ error }, 'failed');
  expect(plain.parsed()[0]).toMatchObject({ error: 'cannot clone: https://*****@h/x refused' });
  expect(plain.parsed()[0]).not.toHaveProperty('errorStack');
  const debug = record('debug');
  debug.log.error({ error }, 'failed');
  expect(debug.parsed()[0]!['errorStack']).toContain('logger.test.ts');
});

test('cuts long fields and survives deep ones', () => {
  const { log, parsed } = record('info');
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  log.info({ long: 'x'.repeat(10_000), loop, big: 5n }, 'line\nbreak');
  expect(parsed()[0]).toMatchObject({ msg: 'line break', big: '5' });
  expect(String(parsed()[0]!['long'])).toHaveLength(8192 + '… (truncated)'.length);
});

test('hides the secrets of one run only', () => {
  const { log, parsed } = record('info');
  const redact = createRedactor();
  redact.hide('hunter22');
  withRedactor(log, redact)
    .child({ a: 'hunter22' })
    .error({ error: new Error('bad hunter22') }, 'not hunter22');
  log.info({}, 'hunter22');
  expect(parsed()).toMatchObject([{ a: '*****', error: 'bad *****', msg: 'not *****' }, { msg: 'hunter22' }]);
});
