import type { KubeObject, KustomizationSpec } from '@sluice/api';
import { describe, expect, test } from 'vitest';
import { packTree } from './packed-tree.ts';
import { render, type Rendered } from './render.ts';
import { baseSpec, configMapYaml, files } from './test/objects.ts';

interface Options {
  readonly path?: string;
  readonly spec?: Partial<KustomizationSpec>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly strict?: boolean;
}

function renderFiles(contents: Readonly<Record<string, string>>, options: Options = {}): Rendered {
  return render({
    tree: packTree(files(contents)),
    path: options.path ?? '',
    name: 'apps',
    namespace: 'flux',
    spec: { ...baseSpec, ...options.spec },
    variables: new Map(Object.entries(options.variables ?? {})),
    strictSubstitutions: options.strict ?? true,
  });
}

const names = ({ objects }: Rendered) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const only = ({ objects }: Rendered): KubeObject => {
  expect(objects).toHaveLength(1);
  return objects[0]!;
};
const data = (rendered: Rendered) => only(rendered)['data'];
const deployment = (image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: "${image}"}]}}}\n`;
const imageOf = (rendered: Rendered) => /"image":"([^"]*)"/.exec(JSON.stringify(only(rendered)))?.[1];
const kustomizationYaml = (text: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}\n`;

describe('without a kustomization file', () => {
  // kustomization 23-45
  test('takes all YAML files, and folders with a kustomization file as bases', () => {
    const rendered = renderFiles({
      'b.yaml': configMapYaml('b'),
      'a/x.yml': configMapYaml('x'),
      'a.json': '{}',
      'notes.txt': 'hello',
      'base/kustomization.yaml': kustomizationYaml('resources: [kept.yaml]'),
      'base/kept.yaml': configMapYaml('kept'),
      'base/left-out.yaml': configMapYaml('left-out'),
    });
    expect(names(rendered)).toEqual(['ConfigMap/x', 'ConfigMap/b', 'ConfigMap/kept']);
  });

  // kustomization 23-46
  test('refuses YAML that is no Kubernetes object, naming the file', () => {
    const contents = { 'a.yaml': configMapYaml('a'), '.github/workflows/ci.yaml': 'on: push\njobs: {}\n' };
    expect(() => renderFiles(contents)).toThrow(
      /failed to decode Kubernetes YAML from \.github\/workflows\/ci\.yaml: /,
    );
  });

  // kustomization 23-47
  test.each(['kind: ConfigMap\napiVersion: v1\nmetadata: {}\n', 'apiVersion: v1\nmetadata: {name: a}\n'])(
    'refuses %j',
    (text) => {
      expect(() => renderFiles({ 'a.yaml': text })).toThrow('failed to decode Kubernetes YAML from a.yaml');
    },
  );

  // kustomization 23-47
  test('passes over empty documents and expands lists', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${configMapYaml('in-list').trimEnd().replaceAll('\n', '\n  ')}\n`;
    expect(names(renderFiles({ 'a.yaml': '# nothing\n---\n', 'b.yaml': list }))).toEqual(['ConfigMap/in-list']);
  });

  // kustomization 23-48
  test('of an empty folder makes nothing', () => {
    expect(renderFiles({ 'apps/.gitkeep': '' }, { path: 'apps' }).objects).toEqual([]);
  });
});

describe('the kustomization file', () => {
  // kustomization 23-49
  test('may have no resources', () => {
    expect(renderFiles({ 'kustomization.yaml': kustomizationYaml('') }).objects).toEqual([]);
    expect(renderFiles({ 'kustomization.yaml': kustomizationYaml('namespace: x') }).objects).toEqual([]);
  });

  // kustomization 23-50
  test.each(['kustomization.yml', 'Kustomization'])('may be called %s', (name) => {
    expect(
      names(renderFiles({ [name]: kustomizationYaml('resources: [a.yaml]'), 'a.yaml': configMapYaml('a') })),
    ).toEqual(['ConfigMap/a']);
  });

  // kustomization 23-50
  test('must be the only one', () => {
    const file = kustomizationYaml('resources: [a.yaml]');
    const contents = { 'kustomization.yaml': file, Kustomization: file, 'a.yaml': configMapYaml('a') };
    expect(() => renderFiles(contents)).toThrow('kustomize build failed: Found multiple kustomization files');
  });

  test('is read leniently, as unlike the nested ones', () => {
    const contents = {
      'kustomization.yaml': kustomizationYaml('Resources: [a.yaml]\nbogus: 1'),
      'a.yaml': configMapYaml('a'),
    };
    expect(names(renderFiles(contents))).toEqual(['ConfigMap/a']);
    const nested = {
      'kustomization.yaml': kustomizationYaml('resources: [sub]'),
      'sub/kustomization.yaml': kustomizationYaml('bogus: 1'),
    };
    expect(() => renderFiles(nested)).toThrow('unknown field "bogus"');
  });

  // kustomization 23-35
  test('is not looked for in a file', () => {
    expect(() => renderFiles({ 'a.yaml': configMapYaml('a') }, { path: 'a.yaml' })).toThrow('kustomize build failed: ');
  });

  // kustomization 23-59
  test('may refer to files outside its folder, but not outside the artifact', () => {
    const inside = {
      'base/x.yaml': configMapYaml('x'),
      'app/kustomization.yaml': kustomizationYaml('resources: [../base/x.yaml]'),
    };
    expect(names(renderFiles(inside, { path: 'app' }))).toEqual(['ConfigMap/x']);
    const outside = { 'app/kustomization.yaml': kustomizationYaml('resources: [../../../etc/passwd]') };
    expect(() => renderFiles(outside, { path: 'app' })).toThrow('kustomize build failed');
  });

  // kustomization 23-61
  test('may not inflate helm charts', () => {
    const contents = {
      'kustomization.yaml': kustomizationYaml('helmCharts: [{name: x, repo: "https://example.org"}]'),
    };
    expect(() => renderFiles(contents)).toThrow('must specify --enable-helm');
  });

  // kustomization 23-60
  test('may not refer to the network', () => {
    const contents = { 'kustomization.yaml': kustomizationYaml('resources: ["https://example.invalid/x.yaml"]') };
    expect(() => renderFiles(contents)).toThrow('kustomize build failed');
  });

  // kustomization 23-63
  test('leaves local configuration out', () => {
    const local = configMapYaml('a').replace(
      'namespace: shop',
      'annotations: {config.kubernetes.io/local-config: "true"}',
    );
    expect(renderFiles({ 'a.yaml': local }).objects).toEqual([]);
  });
});

describe('fields of the spec', () => {
  // kustomization 23-51
  test('override namespace, prefix and suffix of the file', () => {
    const contents = {
      'kustomization.yaml': kustomizationYaml('namespace: x\nnamePrefix: x-\nnameSuffix: -x\nresources: [a.yaml]'),
      'a.yaml': configMapYaml('a'),
    };
    const spec = { targetNamespace: 'team', namePrefix: 'p-', nameSuffix: '-s' };
    expect(only(renderFiles(contents, { spec })).metadata).toMatchObject({ namespace: 'team', name: 'p-a-s' });
  });

  // kustomization 23-52
  test('add patches after those of the file', () => {
    const patch = (value: string) => `- {op: replace, path: /data/k, value: ${value}}`;
    const contents = {
      'kustomization.yaml': kustomizationYaml(
        `resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: "${patch('file')}"}]`,
      ),
      'a.yaml': configMapYaml('a'),
    };
    const spec = { patches: [{ target: { kind: '(ConfigMap|Secret)', name: 'a' }, patch: patch('spec') }] };
    expect(data(renderFiles(contents))).toEqual({ k: 'file' });
    expect(data(renderFiles(contents, { spec }))).toEqual({ k: 'spec' });
  });

  // kustomization 23-53
  test('with a bad patch fail the build', () => {
    const spec = { patches: [{ patch: 'not a patch' }] };
    expect(() => renderFiles({ 'a.yaml': configMapYaml('a') }, { spec })).toThrow('kustomize build failed');
  });

  // kustomization 23-54, 23-55
  test.each([
    ['images: [{name: web, newTag: v1}]', [{ name: 'web', newName: 'r/web' }], 'r/web:v1'],
    ['images: [{name: web, digest: "sha256:00"}]', [{ name: 'web', newTag: 'v2' }], 'web:v2'],
    ['images: [{name: web, newTag: v1}]', [{ name: 'web', digest: 'sha256:11' }], 'web@sha256:11'],
    ['', [{ name: 'web', newTag: 'v3', digest: 'sha256:22' }], 'web:v3@sha256:22'],
    ['images: [{name: web, newTag: v1}]', [{ name: 'web' }], 'web:v1'],
    ['images: [{name: other, newTag: v1}]', [{ name: 'web', newTag: 'v4' }], 'web:v4'],
    [
      '',
      [
        { name: 'web', newName: 'r/web' },
        { name: 'web', newTag: 'v5' },
      ],
      'r/web:v5',
    ],
  ])('merge images: %s and %j make %s', (file, images, want) => {
    const contents = {
      'kustomization.yaml': kustomizationYaml(`resources: [a.yaml]\n${file}`),
      'a.yaml': deployment('web:v0'),
    };
    expect(imageOf(renderFiles(contents, { spec: { images } }))).toBe(want);
  });

  const component = (name: string) => ({
    [`${name}/kustomization.yaml`]:
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [x.yaml]\n',
    [`${name}/x.yaml`]: configMapYaml(name),
  });

  // kustomization 23-56
  test('add components after those of the file', () => {
    const contents = {
      'app/kustomization.yaml': kustomizationYaml('resources: [a.yaml]\ncomponents: [../c1]'),
      'app/a.yaml': configMapYaml('a'),
      ...component('c1'),
      ...component('c2'),
    };
    const options = { path: 'app', spec: { components: ['../c2'] } };
    expect(names(renderFiles(contents, options))).toEqual(['ConfigMap/a', 'ConfigMap/c1', 'ConfigMap/c2']);
    const missing = { components: ['../gone', '../c2'] };
    expect(() => renderFiles(contents, { path: 'app', spec: missing })).toThrow('gone');
    const ignoring = { ...missing, ignoreMissingComponents: true };
    expect(names(renderFiles(contents, { path: 'app', spec: ignoring }))).toEqual(
      names(renderFiles(contents, options)),
    );
  });

  // kustomization 23-57
  test.each(['https://x/y', '/abs', 'github.com/o/r', 'git::ssh://x', 'HTTPS://x'])(
    'refuse the component %s',
    (path) => {
      const run = () => renderFiles({ 'a.yaml': configMapYaml('a') }, { spec: { components: [path] } });
      expect(run).toThrow(`component path '${path}' must be local and relative`);
    },
  );

  // kustomization 23-58
  test('replace the build metadata of the file', () => {
    const contents = { 'kustomization.yaml': kustomizationYaml('resources: [a.yaml]'), 'a.yaml': configMapYaml('a') };
    const spec = { buildMetadata: ['originAnnotations' as const] };
    expect(Object.keys(only(renderFiles(contents, { spec })).metadata.annotations ?? {})).toEqual([
      'config.kubernetes.io/origin',
    ]);
    expect(only(renderFiles(contents)).metadata.annotations).toBe(undefined);
  });

  // kustomization 23-62
  test('set common metadata on the object alone', () => {
    const contents = { 'a.yaml': deployment('web') };
    const spec = { commonMetadata: { labels: { team: 'a' }, annotations: { note: 'n' } } };
    const object = only(renderFiles(contents, { spec }));
    expect(object.metadata).toMatchObject({ labels: { team: 'a' }, annotations: { note: 'n' } });
    expect(JSON.stringify(object['spec'])).not.toContain('team');
  });
});

describe('substitution', () => {
  const contents = { 'a.yaml': configMapYaml('a', { x: '${x}', y: '${y:=d}' }) };

  // kustomization 23-65, 23-70
  test('replaces variables where postBuild asks for it', () => {
    expect(data(renderFiles(contents, { variables: { x: 'X' } }))).toEqual({ x: '${x}', y: '${y:=d}' });
    expect(data(renderFiles(contents, { spec: { postBuild: {} }, variables: { x: 'X' } }))).toEqual({ x: 'X', y: 'd' });
  });

  // kustomization 23-70
  test('fails on an undefined variable, naming the object', () => {
    const run = () => renderFiles(contents, { spec: { postBuild: {} }, variables: { z: '1' } });
    expect(run).toThrow(
      `post build failed for 'ConfigMap.v1.[noGrp]/a': envsubst error: variable substitution failed: variable not set (strict mode): "x"`,
    );
    expect(data(renderFiles(contents, { spec: { postBuild: {} }, variables: { z: '1' }, strict: false }))).toEqual({
      x: null,
      y: 'd',
    });
  });

  // kustomization 23-68
  test('happens without any variable only when asked', () => {
    const defaults = { 'a.yaml': configMapYaml('a', { y: '${y:=d}' }) };
    expect(data(renderFiles(defaults, { spec: { postBuild: {} } }))).toEqual({ y: '${y:=d}' });
    const always = { postBuild: { substituteStrategy: 'Always' as const } };
    expect(data(renderFiles(defaults, { spec: always }))).toEqual({ y: 'd' });
  });
});

// kustomization 23-92
test.each(['data: {a: "ENC[AES256_GCM,data:x]"}', 'stringData: {a: "ENC[AES256_GCM,data:x]"}'])(
  'refuses an encrypted Secret with %s',
  (content) => {
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n${content}\nsops: {mac: x}\n`;
    expect(() => renderFiles({ 's.yaml': secret })).toThrow(
      'Secret/shop/s is SOPS encrypted, configuring decryption is required for this secret to be reconciled',
    );
  },
);

test('the digest is that of the manifests', () => {
  const one = renderFiles({ 'a.yaml': configMapYaml('a') });
  expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(renderFiles({ 'other.yaml': configMapYaml('a') }).digest).toBe(one.digest);
  expect(renderFiles({ 'a.yaml': configMapYaml('b') }).digest).not.toBe(one.digest);
});
