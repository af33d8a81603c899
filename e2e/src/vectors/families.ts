import type { FamilyModule, FamilyRunner } from './case.ts';

/** Which module of this folder runs which family. */
const moduleOf: Readonly<Record<string, string>> = {
  semver: 'semver.ts',
  envsubst: 'envsubst.ts',
  sourceignore: 'source-ignore.ts',
  health: 'health.ts',
  'yaml-scalars': 'yaml.ts',
  'yaml-documents': 'yaml.ts',
  'smp-kustomize': 'kustomize.ts',
  names: 'kustomize.ts',
  ssa: 'patches.ts',
  'smp-server': 'patches.ts',
  'smp-local': 'patches.ts',
};

export const familyNames: readonly string[] = Object.keys(moduleOf);

/**
 * The runner of a family. Its module is loaded now, so that one family can run while another's packages are broken.
 * @returns `undefined` when there is no such family
 * @throws when the family's module cannot be loaded or lacks the family
 */
export async function loadFamily(family: string): Promise<FamilyRunner | undefined> {
  const file = moduleOf[family];
  if (file === undefined) return undefined;
  const module = (await import(new URL(file, import.meta.url).href)) as FamilyModule;
  const runner = module.families[family];
  if (runner === undefined) throw new Error(`${file} has no runner for the family '${family}'`);
  return runner;
}
