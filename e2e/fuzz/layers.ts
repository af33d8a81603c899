import { labels, randomObject, values, type ObjectTree } from './objects.ts';
import { dotted, jsonPatch, mergePatch, plain, quote, replacement, target } from './patches.ts';
import type { Random } from './random.ts';
import { labelValues, namespaces } from './words.ts';
import { printYaml, type Tree } from './yaml-text.ts';

/** A folder tree with kustomizations, and the one to build. */
export interface FuzzCase {
  /** Path → text; relative. */
  readonly files: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** A base, sometimes a layer above it, an overlay above that, and sometimes a component. */
export function randomCase(random: Random): FuzzCase {
  const making: Making = { random, files: new Map(), taken: new Set() };
  const base = writeLayer(making, 'base', { below: [], objects: [], isBase: true });
  const height = random.int(4);
  if (height === 0) return { files: making.files, folder: 'base' };
  const components = random.maybe(0.2, () => {
    writeLayer(making, 'component', { below: [], objects: base, isComponent: true });
    return ['../component'];
  });
  if (height < 3) {
    writeLayer(making, 'overlay', { below: ['../base'], objects: base, components });
    return { files: making.files, folder: 'overlay' };
  }
  const middle = writeLayer(making, 'middle', { below: ['../base'], objects: base });
  writeLayer(making, 'overlay', { below: ['../middle'], objects: middle, components });
  return { files: making.files, folder: 'overlay' };
}

interface Making {
  readonly random: Random;
  readonly files: Map<string, string>;
  /** `kind/name` of the objects so far. */
  readonly taken: Set<string>;
}

interface Place {
  readonly below: readonly string[];
  /** What the layers below bring. */
  readonly objects: readonly ObjectTree[];
  readonly isBase?: boolean;
  readonly isComponent?: boolean;
  readonly components?: readonly string[] | undefined;
}

/** @returns the objects of this layer and those below */
function writeLayer(making: Making, folder: string, place: Place): ObjectTree[] {
  const { random } = making;
  const write = (name: string, tree: Tree) => making.files.set(`${folder}/${name}`, printYaml(tree, random));
  const own: ObjectTree[] = [];
  const resources = random.list(place.isBase === true ? 1 : 0, place.isBase === true ? 3 : 1, (index) => {
    const documents = random.list(1, 2, () => randomObject(random, making.taken));
    own.push(...documents);
    making.files.set(
      `${folder}/r${index}.yaml`,
      documents.map((object) => printYaml(object, random).replace(/^---\n/, '')).join('---\n'),
    );
    return `r${index}.yaml`;
  });
  const objects = [...own, ...place.objects];
  making.files.set(
    `${folder}/file.txt`,
    random.pick(['file content\nline\n', 'no line break', 'tab\there', 'a: b\n', '']),
  );
  making.files.set(`${folder}/list.env`, '# comment\nK1=v1\nK2="q"\nE=5\n');
  const all = [...resources, ...place.below];
  const file: Tree = {
    ...(place.isComponent === true && { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' }),
    resources: all.length > 0 ? all : undefined,
    components: place.components,
    ...plainFields(random, objects),
    ...generatorFields(making),
    ...(objects.length > 0 && patchFields(random, objects, write)),
    ...(place.isBase !== true && objects.length > 0 && random.chance(0.08) && configurationFields(write)),
  };
  write('kustomization.yaml', Object.values(file).some((field) => field !== undefined) ? file : { resources: [] });
  return objects;
}

function plainFields(random: Random, objects: readonly ObjectTree[]): Readonly<Record<string, Tree | undefined>> {
  const scaled = objects.find(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  return {
    namePrefix: random.maybe(0.3, () => random.pick(['p-', 'a-', '"1"'])),
    nameSuffix: random.maybe(0.15, () => random.pick(['-s', '-x'])),
    namespace: random.maybe(0.25, () => random.pick(namespaces)),
    commonLabels: random.maybe(0.15, () => ({ [random.pick(['app', 'cl'])]: random.pick(['"1"', 'q', '"true"']) })),
    labels: random.maybe(0.25, () =>
      random.list(1, 2, () => ({
        pairs: { [random.pick(['app', 'env', 'nl'])]: random.pick(['z', '"2"', '"yes"']) },
        includeSelectors: random.maybe(0.3, () => true),
        includeTemplates: random.maybe(0.3, () => true),
        fields: random.maybe(0.1, () => [{ path: 'spec/m', create: random.chance(0.5), kind: 'Widget' }]),
      })),
    ),
    commonAnnotations: random.maybe(0.15, () => ({
      [random.pick(['ca', 'a'])]: random.pick(['"1"', 't', '"multi\\nline"']),
    })),
    images: random.maybe(0.25, () => [
      {
        name: random.pick(['nginx', 'redis', 'reg.io:5000/a/nginx', 'ng.nx']),
        newName: random.maybe(0.4, () => 'new/img'),
        newTag: random.maybe(0.5, () => random.pick(['"2"', 'v9'])),
        digest: random.maybe(0.2, () => 'sha256:ff'),
        tagSuffix: random.maybe(0.1, () => '-alp'),
      },
    ]),
    replicas: scaled && random.maybe(0.15, () => [{ name: quote(plain(scaled.metadata.name)), count: random.int(5) }]),
    sortOptions: random.maybe(0.06, () => ({ order: random.pick(['fifo', 'legacy']) })),
    buildMetadata: random.maybe(0.06, () => [random.pick(['originAnnotations', 'transformerAnnotations'])]),
  };
}

function generatorFields({ random, taken }: Making): Readonly<Record<string, Tree | undefined>> {
  const generator = (kind: string): Tree => {
    const free = ['cfg', 'sec', 'api', 'g1', 'g2'].filter((name) => !taken.has(`${kind}/${name}`));
    const name = free.length > 0 && random.chance(0.95) ? random.pick(free) : 'cfg';
    taken.add(`${kind}/${name}`);
    return {
      name,
      namespace: random.maybe(0.1, () => 'prod'),
      behavior: random.maybe(0.06, () => random.pick(['merge', 'replace', 'create'])),
      type: kind === 'Secret' ? random.maybe(0.3, () => 'kubernetes.io/tls') : undefined,
      literals: random.maybe(0.8, () => random.list(1, 3, (index) => quote(`k${index}=${random.pick(literals)}`))),
      files: random.maybe(0.15, () => [random.pick(['file.txt', 'renamed=file.txt'])]),
      envs: random.maybe(0.1, () => ['list.env']),
      options: random.maybe(0.25, () => generatorOptions(random)),
    };
  };
  return {
    configMapGenerator: random.maybe(0.25, () => random.list(1, 2, () => generator('ConfigMap'))),
    secretGenerator: random.maybe(0.15, () => [generator('Secret')]),
    generatorOptions: random.maybe(0.1, () => generatorOptions(random)),
  };
}

const literals = ['x', '"q"', '1', '', 'a=b', 'multi\nline', '<h>', 'yes', ' lead', 'é', "it's", '# no', '{}'];

function generatorOptions(random: Random): Tree {
  return {
    labels: random.maybe(0.5, () => ({ gl: '"x"' })),
    annotations: random.maybe(0.3, () => ({ ga: '"1"' })),
    disableNameSuffixHash: random.maybe(0.3, () => true),
    immutable: random.maybe(0.2, () => true),
  };
}

type Write = (name: string, tree: Tree) => void;

function patchFields(
  random: Random,
  objects: readonly ObjectTree[],
  write: Write,
): Readonly<Record<string, Tree | undefined>> {
  const patch = (index: number): Tree => {
    const object = random.pick(objects);
    const isMerge = random.chance(0.6);
    write(`p${index}.yaml`, isMerge ? mergePatch(object, random) : jsonPatch(object, random));
    const isTargeted = !isMerge || random.chance(0.4);
    return {
      path: `p${index}.yaml`,
      target: isTargeted ? target(object, random) : undefined,
      options: random.maybe(0.1, () => ({ [random.pick(['allowNameChange', 'allowKindChange'])]: true })),
    };
  };
  const varOf = random.pick(objects);
  return {
    patches: random.maybe(0.45, () => random.list(1, 2, patch)),
    patchesStrategicMerge: random.maybe(0.08, () => {
      write('merge.yaml', mergePatch(random.pick(objects), random));
      return ['merge.yaml'];
    }),
    replacements: random.maybe(0.25, () => random.list(1, 2, () => replacement(objects, random))),
    vars: random.maybe(0.08, () => [
      {
        name: 'V',
        objref: { apiVersion: varOf.apiVersion, kind: varOf.kind, name: quote(plain(varOf.metadata.name)) },
        fieldref: random.maybe(0.6, () => ({
          fieldPath: quote(random.pick(dotted(varOf, random)).replaceAll('*', '0')),
        })),
      },
    ]),
    transformers: random.maybe(0.05, () => {
      write('transformer.yaml', transformer(random));
      return ['transformer.yaml'];
    }),
  };
}

function transformer(random: Random): Tree {
  const name = 'notImportant';
  return random.pick<Tree>([
    {
      apiVersion: 'builtin',
      kind: 'LabelTransformer',
      metadata: { name },
      labels: { t: random.pick(labelValues) },
      fieldSpecs: [{ path: 'metadata/labels', create: true }],
    },
    {
      apiVersion: 'builtin',
      kind: 'AnnotationsTransformer',
      metadata: { name },
      annotations: values(random, 2),
      fieldSpecs: [{ path: 'metadata/annotations', create: true }],
    },
    {
      apiVersion: 'builtin',
      kind: 'PrefixTransformer',
      metadata: { name },
      prefix: 't-',
      fieldSpecs: [{ path: 'metadata/name' }],
    },
    {
      apiVersion: 'builtin',
      kind: 'NamespaceTransformer',
      metadata: { name, namespace: 'tn' },
      unsetOnly: random.chance(0.5),
      fieldSpecs: [{ path: 'metadata/namespace', create: true }],
    },
    {
      apiVersion: 'builtin',
      kind: 'LabelTransformer',
      metadata: { name },
      labels: labels(random),
      fieldSpecs: [{ path: 'spec/m', kind: 'Widget', create: true }],
    },
  ]);
}

function configurationFields(write: Write): Readonly<Record<string, Tree>> {
  write('configuration.yaml', {
    namePrefix: [{ path: 'spec/v', kind: 'Widget' }],
    commonLabels: [{ path: 'spec/m', create: true, kind: 'Widget' }],
    nameReference: [{ kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ path: 'spec/v', kind: 'Widget' }] }],
    images: [{ path: 'spec/image', kind: 'Widget' }],
  });
  return { configurations: ['configuration.yaml'] };
}
