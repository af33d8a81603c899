import { anyValue, type ObjectTree } from './objects.ts';
import type { Random } from './random.ts';
import { texts } from './words.ts';
import { fieldsOf, isList, isScalar, type Tree } from './yaml-text.ts';

/** A strategic merge patch: the object with fields left out, changed and added, and now and then a directive. */
export function mergePatch(object: ObjectTree, random: Random): Tree {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, namespace, ...more } = metadata;
  const changed = Object.fromEntries(
    Object.entries(rest)
      .filter(() => random.chance(0.8))
      .map(([key, value]) => [key, value === undefined ? undefined : change(value, random, 2)]),
  );
  return {
    apiVersion,
    kind,
    metadata: { name, ...(random.chance(0.9) && { namespace }), ...(change(more, random, 2) as object) },
    ...changed,
  };
}

const directives = ['delete', 'replace', 'merge'] as const;

function change(tree: Tree, random: Random, depth: number): Tree {
  if (isScalar(tree)) return random.chance(0.1) ? random.pick(texts) : tree;
  if (isList(tree)) {
    const kept = tree.filter(() => random.chance(0.7)).map((item) => change(item, random, depth + 1));
    const oddItem = () =>
      random.pick<Tree>([{ $patch: 'delete' }, { $patch: 'replace' }, 'null', 'x', {}, { name: 'n1' }]);
    return random.chance(0.12) ? [...kept, oddItem()] : kept;
  }
  const fields = fieldsOf(tree)
    .filter(([key]) => key === 'name' || random.chance(0.65))
    .map(([key, value]): [string, Tree] => {
      const isOdd = key !== 'name' && depth > 2 && random.chance(isScalar(value) ? 0.08 : 0.02);
      return [
        key,
        isOdd ? random.pick<Tree>(['null', anyValue(random), { $patch: 'delete' }]) : change(value, random, depth + 1),
      ];
    });
  if (random.chance(0.08)) fields.push(['$patch', random.pick(directives)]);
  if (random.chance(0.1)) fields.push([random.pick(['n1', 'zz', 'a']), random.pick<Tree>(['null', anyValue(random)])]);
  return Object.fromEntries(fields);
}

/** Operations of a JSON patch, most of them on paths that are there. */
export function jsonPatch(object: ObjectTree, random: Random): Tree {
  const paths = pointers(object);
  return random.list(1, 3, () => {
    const op = random.pick([
      'add',
      'add',
      'add',
      'replace',
      'replace',
      'remove',
      'copy',
      random.pick(['test', 'move']),
    ]);
    const path = random.pick(paths) + (random.chance(0.06) ? random.pick(['/-', '/0', '/x', '/-1', '/9']) : '');
    const value = ['add', 'replace', 'test'].includes(op)
      ? random.pick<Tree>(['x', '5', '"5"', 'true', { a: 'b' }, [1, 2], 'null', '1.0', '1e7', anyValue(random)])
      : undefined;
    const from = op === 'copy' || op === 'move' ? quote(random.pick(paths)) : undefined;
    return { op, path: quote(path), value, from };
  });
}

function pointers(tree: Tree, prefix = ''): string[] {
  const fields = isList(tree) ? tree.map((item, index): [string, Tree] => [String(index), item]) : fieldsOf(tree);
  return fields.flatMap(([key, value]) => {
    const path = `${prefix}/${plain(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [path, ...pointers(value, path)];
  });
}

/** What selects the object, and perhaps others or nothing. */
export function target({ apiVersion, kind, metadata }: ObjectTree, random: Random): Tree {
  return {
    group: random.maybe(0.1, () => (apiVersion.includes('/') ? apiVersion.split('/')[0]! : '""')),
    kind: random.maybe(0.8, () => kind),
    name: random.maybe(0.7, () => random.pick([metadata.name, 'w.*', '.*', '^w', '"web|db"'])),
    namespace: random.maybe(0.1, () => random.pick(['default', 'prod', '_non_namespaceable_'])),
    labelSelector: random.maybe(0.15, () =>
      random.pick(['app=web', '"app in (web,x)"', '"!tier"', 'app!=x', 'tier', '"app=web,tier"']),
    ),
    annotationSelector: random.maybe(0.05, () => 'a'),
  };
}

/** A replacement from one object into others. */
export function replacement(objects: readonly ObjectTree[], random: Random): Tree {
  const from = random.pick(objects);
  const into = random.pick(objects);
  const isSplit = random.chance(0.15);
  const options = {
    delimiter: isSplit ? quote(random.pick(['.', ':', '-', '/'])) : undefined,
    index: isSplit ? random.maybe(0.7, () => random.pick([0, 1, 2, -1])) : undefined,
  };
  const source = {
    ...selectorOf(from, random),
    fieldPath: random.maybe(0.8, () => quote(random.pick(dotted(from, random)).replaceAll('*', '0'))),
    options: random.maybe(0.2, () => options),
  };
  const path =
    random.pick(dotted(into, random)) + (random.chance(0.12) ? random.pick(['.new', '.n.m', '.0', '.[name=zz]']) : '');
  return {
    ...(random.chance(0.15) ? { sourceValue: random.pick(['v1', '"5"', 'x']) } : { source }),
    targets: [
      {
        select: selectorOf(into, random),
        reject: random.maybe(0.1, () => [selectorOf(random.pick(objects), random)]),
        fieldPaths: random.maybe(0.9, () => [quote(path)]),
        options: random.maybe(0.5, () => ({ ...options, create: random.maybe(0.6, () => true) })),
      },
    ],
  };
}

function selectorOf({ kind, metadata }: ObjectTree, random: Random): Readonly<Record<string, Tree | undefined>> {
  return {
    kind: random.maybe(0.9, () => kind),
    name: random.maybe(0.8, () => metadata.name),
    namespace: metadata.namespace === undefined ? undefined : random.maybe(0.1, () => metadata.namespace!),
  };
}

/** The paths of an object as replacements and vars write them. */
export function dotted(tree: Tree, random: Random, steps: readonly string[] = []): string[] {
  if (isList(tree)) {
    return tree.flatMap((item, index) => {
      const name = fieldsOf(item).find(([key]) => key === 'name')?.[1];
      const step = random.chance(0.2) ? '*' : typeof name === 'string' ? `[name=${plain(name)}]` : String(index);
      return [[...steps, step].join('.'), ...dotted(item, random, [...steps, step])];
    });
  }
  return fieldsOf(tree).flatMap(([key, value]) => {
    const step = plain(key).includes('.') ? `[${plain(key)}]` : plain(key);
    return [[...steps, step].join('.'), ...dotted(value, random, [...steps, step])];
  });
}

export function plain(text: string): string {
  return text.replaceAll('"', '');
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
