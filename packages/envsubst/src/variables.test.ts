import { expect, test } from 'vitest';
import { SubstitutionError } from './error.ts';
import { collectVariables } from './variables.ts';

// kustomization 65
test('later sources win over earlier ones, inline values over all', () => {
  const sources = [
    { kind: 'ConfigMap', name: 'one', data: { a: '1', b: '1', c: '1' } },
    { kind: 'Secret', name: 'two', data: { b: '2', c: '2' } },
  ] as const;
  expect(Object.fromEntries(collectVariables(sources, { c: '3' }))).toEqual({ a: '1', b: '2', c: '3' });
});

// kustomization 66
test('a source that is missing has to be optional', () => {
  const missing = { kind: 'ConfigMap', name: 'gone', data: undefined } as const;
  expect(collectVariables([{ ...missing, optional: true }], {}).size).toBe(0);
  expect(() => collectVariables([missing], {})).toThrow(
    new SubstitutionError(`substitute from 'ConfigMap/gone' error: configmaps "gone" not found`),
  );
  expect(() => collectVariables([{ ...missing, kind: 'Secret' }], {})).toThrow('secrets "gone" not found');
});

// kustomization 67
test('line feeds are taken out of values', () => {
  const sources = [{ kind: 'ConfigMap', name: 'one', data: { zone: '\naz-1a\n' } }] as const;
  expect(Object.fromEntries(collectVariables(sources, { x: 'a\nb' }))).toEqual({ zone: 'az-1a', x: 'ab' });
});
