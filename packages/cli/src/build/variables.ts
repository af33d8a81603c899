import { isRecord, type Kustomization } from '@sluice/api';

type Reference = NonNullable<NonNullable<Kustomization['spec']['postBuild']>['substituteFrom']>[number];

/** Finds the ConfigMap or Secret of a reference; `undefined` when there is none. */
export type ConfigLookup = (reference: Reference, namespace: string) => Promise<object | undefined>;

/**
 * The variables of `postBuild`: those of the references in their order, then those of the spec; newlines are removed.
 * @param lookup `undefined` leaves the references out
 */
export async function readVariables(
  { spec }: Kustomization,
  namespace: string,
  lookup: ConfigLookup | undefined,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  const add = (values: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(values)) variables.set(name, String(value).replaceAll('\n', ''));
  };
  for (const reference of lookup === undefined ? [] : (spec.postBuild?.substituteFrom ?? [])) {
    add(await readValues(reference, namespace, lookup!));
  }
  add(spec.postBuild?.substitute ?? {});
  return variables;
}

async function readValues(
  reference: Reference,
  namespace: string,
  lookup: ConfigLookup,
): Promise<Readonly<Record<string, unknown>>> {
  const { kind, name, optional } = reference;
  const fail = (text: string) => new Error(`substitute from '${kind}/${name}' error: ${text}`);
  const config: unknown = await lookup(reference, namespace);
  if (config === undefined) {
    if (optional === true) return {};
    throw fail(`${kind.toLowerCase()}s "${name}" not found`);
  }
  if (!isRecord(config)) return {};
  if (config['sops'] !== undefined) throw fail('it is SOPS encrypted');
  const data = isRecord(config['data']) ? config['data'] : {};
  if (kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]);
  return { ...Object.fromEntries(decoded), ...(isRecord(config['stringData']) && config['stringData']) };
}
