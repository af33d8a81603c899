import { existsSync } from 'node:fs';
import type { FamilyModule, FamilyRunner } from './case.ts';

/** Which module of this folder runs which family. */
const moduleOf: Readonly<Record<string, string>> = {
  semver: 'semver.ts',
  'image-policy': 'image-policy.ts',
  setters: 'setters.ts',
  'commit-template': 'commit-template.ts',
  envsubst: 'envsubst.ts',
  sourceignore: 'source-ignore.ts',
  health: 'health.ts',
  'health-cel': 'health-cel.ts',
  'yaml-scalars': 'yaml.ts',
  'yaml-documents': 'yaml.ts',
  'smp-kustomize': 'kustomize.ts',
  names: 'kustomize.ts',
  ssa: 'patches.ts',
  'smp-server': 'patches.ts',
  'smp-local': 'patches.ts',
};

/** Thrown for a family or a file that is not there. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** All families whose runner is written. */
export function familyNames(): string[] {
  return Object.keys(moduleOf).filter((family) => existsSync(moduleUrl(family)));
}

/**
 * The runner of a family. Its module is loaded only now, so that one family runs while the packages of another are broken.
 * @throws UsageError when there is no such family, another error when its module cannot be loaded or lacks it
 */
export async function loadFamily(family: string): Promise<FamilyRunner> {
  checkFamily(family);
  const module = (await import(moduleUrl(family).href)) as FamilyModule;
  const runner = module.families[family];
  if (runner === undefined) throw new Error(`${moduleOf[family]} has no runner for the family '${family}'`);
  return runner;
}

/** @throws UsageError that names the families there are */
export function checkFamily(family: string): void {
  const known = familyNames();
  if (!known.includes(family)) throw new UsageError(`unknown family '${family}'; known are ${known.join(', ')}`);
}

function moduleUrl(family: string): URL {
  return new URL(moduleOf[family] ?? '', import.meta.url);
}
