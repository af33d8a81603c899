import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from '../testing.ts';
import { parseKustomization } from './read.ts';

describe('the kustomization file', () => {
  test('must be there, under one of three names', () => {
    // engine 1
    expect(buildError({ 'a.yaml': '' })).toBe(
      "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/'",
    );
    expect(buildText({ Kustomization: 'resources: []' })).toBe('');
  });

  test('must be there once', () => {
    // engine 2
    const error = buildError({ 'kustomization.yaml': 'resources: []', 'kustomization.yml': 'resources: []' });
    expect(error).toBe('Found multiple kustomization files under: /\n');
  });

  test.each([
    '',
    '# only a comment\n',
    'kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\n',
    'resources:\n',
  ])(
    'is empty: %j', // engine 3
    (text) => expect(buildError({ 'kustomization.yaml': text })).toBe('kustomization.yaml is empty'),
  );

  test('a present empty list makes it not empty', () => {
    expect(buildText({ 'kustomization.yaml': 'resources: []\n' })).toBe('');
  });

  test('knows its fields whatever their case, and no others', () => {
    // engine 4
    expect(() => parseKustomization('Resources: [a]\nNAMEPREFIX: x\n')).not.toThrow();
    expect(parseKustomization('Resources: [a]\nNAMEPREFIX: x\n').kustomization).toMatchObject({
      resources: ['a'],
      namePrefix: 'x',
    });
    expect(buildError({ 'kustomization.yaml': 'resorces: [a]\n' })).toBe(
      'invalid Kustomization: json: unknown field "resorces"',
    );
    expect(buildError({ 'kustomization.yaml': 'patches: [{pth: a}]\n' })).toBe(
      'invalid Kustomization: json: unknown field "pth"',
    );
  });

  test.each([
    // engine 5
    ['commonLabels: {a: 1}', 'cannot unmarshal number into Go struct field Kustomization.commonLabels of type string'],
    ['namespace: y', 'cannot unmarshal bool into Go struct field Kustomization.namespace of type string'],
    ['resources: a', 'cannot unmarshal string into Go struct field Kustomization.resources of type []string'],
    [
      'replicas: [{name: a, count: "1"}]',
      'cannot unmarshal string into Go struct field Replica.replicas.count of type int64',
    ],
  ])('%s has the wrong type', (text, problem) => {
    expect(buildError({ 'kustomization.yaml': text })).toBe(`invalid Kustomization: json: ${problem}`);
  });

  test('of a key that stands twice the last value counts', () => {
    // engine 6
    expect(parseKustomization('namePrefix: a\nnamePrefix: b\n').kustomization.namePrefix).toBe('b');
  });

  test('of several documents the first counts', () => {
    // engine 7
    expect(parseKustomization('namePrefix: a\n---\nnamePrefix: b\n').kustomization.namePrefix).toBe('a');
  });

  test('deprecated fields work like their successors and are warned about', () => {
    // engine 8
    const files = {
      'o/kustomization.yaml': `bases: [../b]
imageTags: [{name: nginx, newTag: v2}]
configMapGenerator: [{name: g, env: e.env}]
`,
      'o/e.env': 'A=1\n',
      'b/kustomization.yaml': 'resources: [p.yaml]\n',
      'b/p.yaml': '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: nginx}]}}',
    };
    const result = build(files);
    expect(result.toYaml()).toContain('image: nginx:v2');
    expect(result.toYaml()).toContain('A: "1"');
    expect(result.warnings).toEqual([
      "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
      "# Warning: 'imageTags' is deprecated. Please use 'images' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
    ]);
  });

  test('a wrong kind and a wrong version are both named', () => {
    // engine 9
    const error = buildError({ 'kustomization.yaml': 'kind: Foo\napiVersion: v1\nresources: [a]\n' });
    expect(error).toBe(
      'Failed to read kustomization file under /:\nkind should be Kustomization or Component\napiVersion for Foo should be kustomize.config.k8s.io/v1beta1',
    );
  });

  test('is YAML 1.1: the key y is true', () => {
    const files = { 'kustomization.yaml': 'commonLabels: {y: "1"}\nresources: [r.yaml]\n', 'r.yaml': configMap('a') };
    expect(buildError(files)).toContain('json: unsupported type: map[interface {}]interface {}');
  });
});
