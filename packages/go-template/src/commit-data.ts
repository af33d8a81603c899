import { parseImageReference } from '@sluice/image-policy';
import { define } from './define.ts';
import { RemovedFieldError } from './error.ts';
import { Dict, List, Struct, type Func, type Value } from './value.ts';

/** A scalar that was set, as `@sluice/setters` reports it. */
export interface CommitChange {
  readonly file: string;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
  };
  readonly oldValue: string;
  readonly newValue: string;
  readonly setter: string;
}

/** What a commit message may tell. */
export interface CommitData {
  readonly automation: { readonly name: string; readonly namespace: string };
  readonly changes: readonly CommitChange[];
  /** `messageTemplateValues`. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * Image (`name:tag[@digest]`) of each policy by `namespace:name`, for templates that use the old `.Updated` and
   * `.Changed.ImageResult`. Without it such a template fails with `RemovedFieldError`.
   */
  readonly images?: ReadonlyMap<string, string>;
}

/** `.` of the template. @param used is told of each removed field that is read */
export function commitData({ automation, changes, values, images }: CommitData, used: (field: string) => void): Struct {
  const removed = (field: string, advice: string): Func =>
    define([], () => {
      if (images === undefined) throw removedField(field, advice);
      used(field);
      return imageResult(changes, images);
    });
  return new Struct('source.TemplateData', {
    fields: [
      { name: 'AutomationObject', value: namespacedName(automation) },
      {
        name: 'Changed',
        value: result(changes, removed('.Changed.ImageResult', "'.Changed.FileChanges' or '.Changed.Objects'")),
      },
      { name: 'Values', value: new Dict(Object.entries(values), { element: 'string' }) },
    ],
    methods: { Updated: removed('.Updated', "'.Changed'") },
  });
}

function removedField(field: string, advice: string): RemovedFieldError {
  const page = 'https://fluxcd.io/flux/components/image/imageupdateautomations/#message-template';
  return new RemovedFieldError(`template uses removed '${field}' field. Please use ${advice} instead. See: ${page}`);
}

function namespacedName({ name, namespace }: CommitData['automation']): Struct {
  const log = new Struct(
    'struct { Name string "json:\\"name,omitempty\\""; Namespace string "json:\\"namespace,omitempty\\"" }',
    {
      fields: [
        { name: 'Name', value: name },
        { name: 'Namespace', value: namespace },
      ],
    },
  );
  return new Struct('types.NamespacedName', {
    fields: [
      { name: 'Namespace', value: namespace },
      { name: 'Name', value: name },
    ],
    text: `${namespace}/${name}`,
    methods: { MarshalLog: define([], () => log) },
  });
}

function result(changes: readonly CommitChange[], imageResult: Func): Struct {
  const files = groupBy(changes, ({ file }) => file);
  const fileChanges = [...files].map(([file, inFile]) => [file, objectChanges(inFile)] as const);
  return new Struct('update.Result', {
    fields: [{ name: 'FileChanges', value: new Dict(fileChanges, { element: 'update.ObjectChanges' }) }],
    methods: {
      Changes: define([], () => changeList(distinct(inOrderOfFiles(files)))),
      Objects: define([], () => objectChanges(inOrderOfFiles(files))),
      ImageResult: imageResult,
    },
  });
}

/** Changes by file in byte order, so that a message does not depend on the order of the work. */
function inOrderOfFiles(files: ReadonlyMap<string, CommitChange[]>): CommitChange[] {
  return [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).flatMap(([, inFile]) => inFile);
}

function distinct(changes: readonly CommitChange[]): CommitChange[] {
  return [
    ...new Map(
      changes.map((change) => [JSON.stringify([change.oldValue, change.newValue, change.setter]), change]),
    ).values(),
  ];
}

function objectChanges(changes: readonly CommitChange[]): Dict {
  const groups = groupBy(changes, objectKey);
  const keys = new Map([...groups].map(([key, [first]]) => [key, objectIdentifier(first!.object)]));
  const entries = [...groups].map(([key, group]) => [key, changeList(group)] as const);
  return new Dict(entries, { named: 'update.ObjectChanges', element: '[]update.Change', keys });
}

/** A text that sorts as Go sorts the identifiers: field by field. */
function objectKey({ object: { apiVersion, kind, name, namespace } }: CommitChange): string {
  return [apiVersion, kind, name, namespace].join('\0');
}

function objectIdentifier({ apiVersion, kind, name, namespace }: CommitChange['object']): Struct {
  const part = (type: string, fields: Readonly<Record<string, string>>): Struct =>
    new Struct(type, { fields: Object.entries(fields).map(([field, value]) => ({ name: field, value })) });
  const identifier = new Struct('yaml.ResourceIdentifier', {
    fields: [
      { name: 'TypeMeta', value: part('yaml.TypeMeta', { APIVersion: apiVersion, Kind: kind }), embedded: true },
      { name: 'NameMeta', value: part('yaml.NameMeta', { Name: name, Namespace: namespace }), embedded: true },
    ],
  });
  return new Struct('update.ObjectIdentifier', {
    fields: [{ name: 'ResourceIdentifier', value: identifier, embedded: true }],
  });
}

function changeList(changes: readonly CommitChange[]): List {
  return new List(changes.map(changeStruct), 'update.Change');
}

function changeStruct({ oldValue, newValue, setter }: CommitChange): Struct {
  return new Struct('update.Change', {
    fields: [
      { name: 'OldValue', value: oldValue },
      { name: 'NewValue', value: newValue },
      { name: 'Setter', value: setter },
    ],
  });
}

/** `.Updated` of old: one image for each file, object and policy that changed anything. */
function imageResult(changes: readonly CommitChange[], images: ReadonlyMap<string, string>): Struct {
  const files = groupBy(changes, ({ file }) => file);
  const ordered = inOrderOfFiles(files);
  const fileEntries = [...files].map(([file, inFile]) => [file, fileResult(inFile, images)] as const);
  return new Struct('update.ImageResult', {
    fields: [{ name: 'Files', value: new Dict(fileEntries, { element: 'update.FileResult' }) }],
    methods: {
      Objects: define([], () => objectImages(ordered, images)),
      Images: define([], () => imageList(ordered, images)),
    },
  });
}

function fileResult(changes: readonly CommitChange[], images: ReadonlyMap<string, string>): Struct {
  return new Struct('update.FileResult', { fields: [{ name: 'Objects', value: objectImages(changes, images) }] });
}

function objectImages(changes: readonly CommitChange[], images: ReadonlyMap<string, string>): Dict {
  const groups = groupBy(changes, objectKey);
  const keys = new Map([...groups].map(([key, [first]]) => [key, objectIdentifier(first!.object)]));
  const entries = [...groups].map(([key, group]) => [key, imageList(group, images)] as const);
  return new Dict(entries, {
    named: 'map[update.ObjectIdentifier][]update.ImageRef',
    element: '[]update.ImageRef',
    keys,
  });
}

function imageList(changes: readonly CommitChange[], images: ReadonlyMap<string, string>): List {
  const policies = [...new Set(changes.map(({ setter }) => setter.split(':').slice(0, 2).join(':')))];
  const found = policies.flatMap((policy) => {
    const image = images.get(policy);
    return image === undefined ? [] : [imageRef(policy, image)];
  });
  return new List(found, 'update.ImageRef');
}

function imageRef(policy: string, image: string): Struct {
  const { registry, repository, tag = 'latest', digest } = parseImageReference(image);
  const [namespace = '', name = ''] = policy.split(':');
  const identifier = digest ?? tag;
  const answer = (value: Value): Func => define([], () => value);
  return new Struct('update.ImageRef', {
    fields: [],
    text: image,
    methods: {
      Identifier: answer(identifier),
      Repository: answer(repository),
      Registry: answer(registry),
      Name: answer(`${registry}/${repository}${digest === undefined ? ':' : '@'}${identifier}`),
      Policy: answer(namespacedName({ name, namespace })),
    },
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
