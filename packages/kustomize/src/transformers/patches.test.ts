import { describe, expect, test } from 'vitest';
import { build, buildError, buildText, configMap } from '../testing.ts';

const withPatch = (patch: string, resources = configMap('a')) => ({
  'kustomization.yaml': `resources: [r.yaml]\npatches:\n- ${patch}\n`,
  'r.yaml': resources,
});
const operations = (list: string, resources?: string) =>
  withPatch(`{target: {kind: ConfigMap}, patch: '${list}'}`, resources);

describe('patches', () => {
  const objects = `${configMap('web')}---\n${configMap('web-2')}---\n{apiVersion: v1, kind: Secret, metadata: {name: web, labels: {tier: x}}}\n`;
  const patched = (target: string) =>
    build(withPatch(`{target: ${target}, patch: '[{"op": "add", "path": "/hit", "value": true}]'}`, objects))
      .resources.filter((resource) => JSON.stringify(resource.toData()).includes('hit'))
      .map(({ kind, name }) => `${kind}/${name}`);

  test.each([
    // engine 61
    ['{name: web}', ['ConfigMap/web', 'Secret/web']],
    ['{kind: ConfigMap, name: w.*}', ['ConfigMap/web', 'ConfigMap/web-2']],
    ['{name: eb}', []],
    ['{namespace: default}', ['ConfigMap/web', 'ConfigMap/web-2', 'Secret/web']],
    ['{labelSelector: "tier in (x, y)"}', ['Secret/web']],
    ['{labelSelector: "tier notin (x)"}', ['ConfigMap/web', 'ConfigMap/web-2']],
    ['{labelSelector: "!tier"}', ['ConfigMap/web', 'ConfigMap/web-2']],
    ['{labelSelector: "tier!=x"}', ['ConfigMap/web', 'ConfigMap/web-2']],
  ])('the target %s selects %j', (target, want) => expect(patched(target)).toEqual(want));

  test.each([
    // engine 62
    [
      '{target: {name: \'a(\'}, patch: \'[{"op": "remove", "path": "/data"}]\'}',
      'error parsing regexp: missing closing ): `^(?:a()$`',
    ],
    [
      '{target: {labelSelector: \'a=b=c\'}, patch: \'[{"op": "remove", "path": "/data"}]\'}',
      "found '=', expected: ',' or 'end of string'",
    ],
  ])('%s is refused', (patch, problem) => expect(buildError(withPatch(patch))).toContain(problem));

  const several =
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: z}}\n';

  test('several documents are applied one by one, but not with a target', () => {
    // engine 63
    const files = { ...withPatch('path: p.yaml', `${configMap('a')}---\n${configMap('b')}`), 'p.yaml': several };
    expect(buildText(files)).toContain('x: "y"');
    expect(buildText(files)).toContain('x: z');
    expect(
      buildError({
        ...files,
        'kustomization.yaml': 'resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n',
      }),
    ).toBe(
      'Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: [path: "p.yaml"]',
    );
  });

  test.each([
    // engine 64
    ['{path: p.yaml, patch: x}', "patch and path can't be set at the same time"],
    ['{target: {kind: A}}', 'must specify one of patch and path in'],
    ['{patch: garbage}', 'unable to parse SM or JSON patch from [patch: "garbage"]'],
    ['{path: nope.yaml}', 'failed to get the patch file from path(nope.yaml): evalsymlink failure on'],
    [
      "{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: z}}'}",
      'no resource matches strategic merge patch "ConfigMap.v1.[noGrp]/z.[noNs]": no matches for Id ConfigMap.v1.[noGrp]/z.[noNs]; failed to find unique target for patch ConfigMap.v1.[noGrp]/z.[noNs]',
    ],
  ])('%s is refused', (patch, problem) => expect(buildError(withPatch(patch))).toContain(problem));

  test('a file of comments does nothing', () => {
    // engine 65
    expect(buildText({ ...withPatch('path: p.yaml'), 'p.yaml': '# nothing yet\n' })).toBe(
      'apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: a\n',
    );
  });

  test('name and kind stay unless they may change', () => {
    // engine 66
    const renaming = (options: string) =>
      build(withPatch(`{target: {name: a}, patch: "{kind: Secret, metadata: {name: b}}"${options}}`)).resources.map(
        ({ kind, name }) => `${kind}/${name}`,
      );
    expect(renaming('')).toEqual(['ConfigMap/a']);
    expect(renaming(', options: {allowNameChange: true}')).toEqual(['ConfigMap/b']);
    expect(renaming(', options: {allowKindChange: true}')).toEqual(['Secret/a']);
  });

  test('with a target a null label is the text null', () => {
    // engine 67
    const text = buildText(
      withPatch('{target: {name: a}, patch: "{kind: ConfigMap, metadata: {name: a, labels: {x: null}}}"}'),
    );
    expect(text).toContain('labels:\n    x: "null"\n');
  });

  test('a JSON patch is strict JSON or YAML 1.1', () => {
    // engine 68
    expect(buildText(withPatch('{target: {name: a}, patch: "- {op: add, path: /data/x, value: yes}"}'))).toContain(
      'x: true',
    );
    expect(buildError(withPatch('{target: {name: a}, patch: "[{op: add, path: /data/x, value: yes}]"}'))).toContain(
      'unable to parse SM or JSON patch',
    );
  });
});

describe('JSON patches', () => {
  test.each([
    // engine 69, 70
    ['[{"op": "add", "path": "/data/x", "value": "y"}]', '  a: b\n  x: "y"\n'],
    ['[{"op": "replace", "path": "/data/x", "value": "y"}]', '  a: b\n  x: "y"\n'],
    ['[{"op": "remove", "path": "/data/a"}]', 'data: {}\n'],
    ['[{"op": "move", "from": "/data/a", "path": "/data/z"}]', '  z: b\n'],
    ['[{"op": "copy", "from": "/data/a", "path": "/data/z"}]', '  a: b\n  z: b\n'],
    ['[{"op": "test", "path": "/data/a", "value": "b"}]', '  a: b\n'],
    ['[{"op": "add", "path": "/data/x~1y~0z", "value": "1"}]', '  x/y~z: "1"\n'],
  ])('%s', (list, want) => expect(buildText(operations(list))).toContain(want));

  const withList = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, list: [x, y]}';

  test.each([
    ['[{"op": "add", "path": "/list/-", "value": "z"}]', ['x', 'y', 'z']],
    ['[{"op": "add", "path": "/list/0", "value": "z"}]', ['z', 'x', 'y']],
    ['[{"op": "add", "path": "/list/-1", "value": "z"}]', ['x', 'y', 'z']],
    ['[{"op": "remove", "path": "/list/-1"}]', ['x']],
  ])('%s gives %j', (list, want) => {
    expect(build(operations(list, withList)).resources[0]?.toData()).toMatchObject({ list: want });
  });

  test.each([
    [
      '[{"op": "remove", "path": "/data/x"}]',
      "error in remove for path: '/data/x': Unable to remove nonexistent key: x: missing value",
    ],
    [
      '[{"op": "add", "path": "/x/y/z", "value": 1}]',
      'add operation does not apply: doc is missing path: "/x/y/z": missing value',
    ],
    ['[{"op": "frob", "path": "/x"}]', 'Unexpected kind: frob'],
    ['[{"op": "test", "path": "/data/a", "value": "c"}]', 'testing value /data/a failed: test failed'],
  ])('%s is refused', (list, problem) => expect(buildError(operations(list))).toBe(problem));

  test('annotations are there under patches, not under patchesJson6902', () => {
    // engine 71
    const list = '[{"op": "add", "path": "/metadata/annotations/x", "value": "y"}]';
    expect(buildText(operations(list))).toContain('annotations:\n    x: "y"\n');
    const files = {
      'kustomization.yaml': `resources: [r.yaml]\npatchesJson6902: [{target: {version: v1, kind: ConfigMap, name: a}, patch: '${list}'}]\n`,
      'r.yaml': configMap('a'),
    };
    expect(buildError(files)).toBe(
      'add operation does not apply: doc is missing path: "/metadata/annotations/x": missing value',
    );
  });

  test('large integers lose digits', () => {
    // engine 72
    const object = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, big: 12345678901234567890}';
    expect(buildText({ 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': object })).toContain(
      'big: 12345678901234567890\n',
    );
    expect(buildText(operations('[{"op": "add", "path": "/x", "value": 1}]', object))).toContain(
      'big: 12345678901234567000\n',
    );
  });
});
