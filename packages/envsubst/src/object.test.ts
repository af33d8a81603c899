import type { DataObject } from '@sluice/manifest';
import { describe, expect, test } from 'vitest';
import { substituteObject } from './object.ts';

const options = { strict: true, always: false };

/** A thing whose `spec.x` is the value, and what becomes of it. */
function substituted(value: string, variables: Record<string, string>): unknown {
  const object = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { x: value } };
  return (substituteObject(object, new Map(Object.entries(variables)), options) as typeof object).spec.x;
}

// kustomization 75: the table of §8.2
describe('kustomization 75', () => {
  test.each([
    ['${v}', '123', 123],
    ['${v}', 'yes', true],
    ['${v}', 'on', true],
    ['${v}', 'y', true],
    ['${v}', 'True', true],
    ['${v}', 'n', false],
    ['${v}', 'no', false],
    ['${v}', 'off', false],
    ['${v}', '~', null],
    ['${v}', '', null], // kustomization 72
    ['${v}', 'null', null],
    ['x${v}', '', 'x'],
    ['${v}', '0123', 83],
    ['${v}', '1e3', 1000],
    ['${v}', '1_000', 1000],
    ['${v}', '0x1F', 31],
    ['${v}', '1.10', 1.1],
    ['${v}', '12:30:45', '12:30:45'],
    ['${v}', '2024-01-02', '2024-01-02'],
    ['${v}', '9007199254740993', 9007199254740992],
    ['${v}', '12345678901234567890123', 1.2345678901234568e22],
    ['${v}', '1e400', '1e400'],
    ['${v}', '08', 8],
    ['"${v}"', '123', '"123"'],
    ['${v}', '"123"', '123'],
    ['${v}', '!!str 123', '123'],
    ['${v}', 'pa#s #word', 'pa#s'],
    ['${v}', '[a, b]', ['a', 'b']],
    ['${v}', ' v ', 'v'],
    ['first ${v}\nlast\n', 'a: b', 'first a: b\nlast\n'], // kustomization 82
    ['${z:="123"}', '', '123'],
    ['${z:=true}', '', true],
  ])('%j with %j is %j', (value, v, want) => {
    expect(substituted(value, { v })).toEqual(want);
  });

  test.each([
    ['${v}', 'a: b'], // kustomization 82
    ['${v}', '*x'],
    ['${v}', '@x'],
    ['${v}', '.inf'],
    ['${v}', '.nan'],
    ["don't ${v}: ${v}", "it's"],
    ['${v:0:1}', 'é'],
  ])('%j with %j is no YAML any more', (value, v) => {
    expect(() => substituted(value, { v })).toThrow(/^envsubst error: YAMLToJSON: /);
  });
});

// kustomization 80
test('substitutes names, keys and numbers with the right type', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app-${env}', labels: { '${env}': 'x' } },
    spec: { replicas: '${r}' },
  };
  expect(
    substituteObject(
      object,
      new Map([
        ['env', 'prod'],
        ['r', '3'],
      ]),
      options,
    ),
  ).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app-prod', labels: { prod: 'x' } },
    spec: { replicas: 3 },
  });
});

// kustomization 81
test('substitutes the plain data of a Secret only', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', stringData: { t: '${t}' }, data: { t: 'JHt0fQ==' } };
  expect(substituteObject(secret, new Map([['t', 'x']]), options)).toEqual({ ...secret, stringData: { t: 'x' } });
});

// kustomization 76
test('leaves shell variables alone and unescapes dollars', () => {
  expect(substituted('echo $${VAR} $VAR $(VAR) $$', { other: '' })).toBe('echo ${VAR} $VAR $(VAR) $');
});

// kustomization 68, 69
test('without a variable nothing happens, unless it is to happen always', () => {
  const object: DataObject = { kind: 'Thing', x: '${x:=d} $$' };
  expect(substituteObject(object, new Map(), options)).toBe(object);
  expect(substituteObject(object, new Map(), { ...options, always: true })).toEqual({ kind: 'Thing', x: 'd $' });
});

// kustomization 73
test.each(['my-key', 'app.conf', '1a', '', 'é'])('%j is no name of a variable', (name) => {
  expect(() => substituted('x', { [name]: '1' })).toThrow(
    `envsubst error: '${name}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
  );
});

// kustomization 74
test.each([
  [{ labels: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } }, '${v}'],
  [{ annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } }, '${v}'],
  [{ labels: { 'kustomize.toolkit.fluxcd.io/substitute': 'Disabled' } }, 1],
])('with %j the value is %j', (metadata, want) => {
  const object: DataObject = { kind: 'Thing', metadata, x: '${v}' };
  expect(substituteObject(object, new Map([['v', '1']]), options)['x']).toBe(want);
});

// kustomization 70, 77
test('names the step that failed', () => {
  expect(() => substituted('${x}', { v: '' })).toThrow(
    'envsubst error: variable substitution failed: variable not set (strict mode): "x"',
  );
  expect(() => substituted('${ x }', { v: '' })).toThrow(
    'envsubst error: variable substitution failed: unable to parse variable name',
  );
});
