import { SubstitutionError } from './error.ts';
import type { Variables } from './expand.ts';

/** An entry of `postBuild.substituteFrom`, with what the cluster has under that name. */
export type VariableSource = {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional?: boolean | undefined;
  /** The values, those of a Secret decoded; `undefined` when there is no such object. */
  readonly data: Readonly<Record<string, string>> | undefined;
};

/**
 * All variables of a Kustomization: a later source wins over an earlier one, inline values over all. Line feeds are
 * taken out of the values.
 * @throws SubstitutionError for a source that is neither there nor optional
 */
export function collectVariables(
  sources: readonly VariableSource[],
  inline: Readonly<Record<string, string>>,
): Variables {
  const data = sources.map(dataOf);
  const entries = [...data, inline].flatMap((values) => Object.entries(values));
  return new Map(entries.map(([name, value]) => [name, value.replaceAll('\n', '')]));
}

/** @throws SubstitutionError for the first name that is none; each name counts, used or not */
export function checkNames(variables: Variables): void {
  for (const name of variables.keys()) {
    if (!/^[_A-Za-z][_A-Za-z0-9]*$/.test(name)) {
      throw new SubstitutionError(`'${name}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`);
    }
  }
}

function dataOf({ kind, name, optional, data }: VariableSource): Readonly<Record<string, string>> {
  if (data !== undefined) return data;
  if (optional === true) return {};
  const resource = kind === 'Secret' ? 'secrets' : 'configmaps';
  throw new SubstitutionError(`substitute from '${kind}/${name}' error: ${resource} "${name}" not found`);
}
