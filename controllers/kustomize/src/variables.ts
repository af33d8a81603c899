import type { KubeObject, Kustomization } from '@sluice/api';
import type { Context } from '@sluice/runtime';
import { Stop } from './stop.ts';

type Reference = NonNullable<NonNullable<Kustomization['spec']['postBuild']>['substituteFrom']>[number];

interface Config extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The variables of `postBuild`: those of the references in their order, then those of the spec. Newlines are removed.
 * @throws Stop @see spec kustomization-controller §8.1
 */
export async function readVariables(object: Kustomization, ctx: Context): Promise<ReadonlyMap<string, string>> {
  const { postBuild } = object.spec;
  const variables = new Map<string, string>();
  const add = (values: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(values)) variables.set(name, value.replaceAll('\n', ''));
  };
  for (const reference of postBuild?.substituteFrom ?? []) {
    add(await readValues(reference, object.metadata.namespace ?? '', ctx));
  }
  add(postBuild?.substitute ?? {});
  return variables;
}

async function readValues(
  { kind, name, optional }: Reference,
  namespace: string,
  ctx: Context,
): Promise<Readonly<Record<string, string>>> {
  const fail = (text: string, cause?: unknown) =>
    new Stop('BuildFailed', `substitute from '${kind}/${name}' error: ${text}`, { cause });
  const config = await ctx.read<Config>({ group: '', version: 'v1', kind }, { namespace, name }).catch((cause) => {
    ctx.signal.throwIfAborted();
    throw fail(cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (config === undefined) {
    if (optional === true) return {};
    throw fail(`${kind.toLowerCase()}s "${name}" not found`);
  }
  const data = config.data ?? {};
  if (kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return Object.fromEntries(decoded) as Record<string, string>;
}
