import { describe, expect, test } from 'vitest';
import { RefusedCase } from './case.ts';
import { compareOutcome, isSameErrorText } from './compare.ts';

const kase = { name: 'k', input: {} };

describe('an answer', () => {
  test.each([
    { want: { a: 1, b: [1, 2] }, got: { b: [1, 2], a: 1 }, path: undefined },
    { want: { a: 1 }, got: { a: 1, b: undefined }, path: undefined },
    { want: { a: { b: 1 } }, got: { a: { b: '1' } }, path: 'a.b' },
    { want: { a: [1] }, got: { a: [1, 2] }, path: 'a.1' },
    { want: { a: null }, got: {}, path: 'a' },
    { want: {}, got: { a: 1 }, path: 'a' },
    { want: [], got: {}, path: '' },
  ])('$got against $want differs at $path', ({ want, got, path }) => {
    expect(compareOutcome({ ...kase, want }, { value: got })?.path).toBe(path);
  });

  test('is not a refusal', () => {
    expect(compareOutcome({ ...kase, want: 'x' }, { thrown: new Error('x') })?.got).toBe('error: x');
  });
});

describe('a refusal', () => {
  test('needs an error with the same text', () => {
    expect(compareOutcome({ ...kase, error: 'no' }, { thrown: new Error('no') })).toBeUndefined();
    expect(compareOutcome({ ...kase, error: 'no' }, { thrown: new Error('never') })?.got).toBe('error: never');
    expect(compareOutcome({ ...kase, error: 'no' }, { value: 'no' })?.want).toBe('error: no');
  });

  test.each([
    { want: 'bad substitution', got: 'bad substitution, too', same: false },
    { want: 'envsubst error: YAMLToJSON: yaml: line 6: x', got: 'envsubst error: YAMLToJSON: other', same: true },
    { want: 'envsubst error: YAMLToJSON: yaml: line 6: x', got: 'post build: YAMLToJSON: other', same: false },
    { want: 'error: expected a []interface {}, but received a string', got: 'error: expected a list', same: true },
    { want: 'error: expected a []interface {}, but received a string', got: 'error: wanted a list', same: false },
    {
      want: 'x: accessor error: 1 is of the type string, expected int64',
      got: 'x: accessor error: 1 is no number',
      same: true,
    },
  ])('$got counts as $want: $same', ({ want, got, same }) => {
    expect(isSameErrorText(want, got)).toBe(same);
  });

  test('may be data', () => {
    const error = { code: 422, reason: 'Invalid' };
    expect(
      compareOutcome({ ...kase, error }, { thrown: new RefusedCase({ code: 422, reason: 'Invalid' }) }),
    ).toBeUndefined();
    expect(compareOutcome({ ...kase, error }, { thrown: new RefusedCase({ code: 409 }) })?.path).toBe('code');
    expect(compareOutcome({ ...kase, error }, { thrown: new Error('422') })?.got).toBe('error: 422');
  });
});

test('where the original crashed ours may answer or refuse, not crash', () => {
  const crash = { ...kase, error: 'panic: runtime error: index out of range' };
  expect(compareOutcome(crash, { value: 'x' })).toBeUndefined();
  expect(compareOutcome(crash, { thrown: new Error('too long') })).toBeUndefined();
  expect(compareOutcome(crash, { thrown: new TypeError('x is undefined') })?.want).toContain('no crash');
});
