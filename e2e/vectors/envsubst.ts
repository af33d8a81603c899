import {
  collectVariables,
  expand,
  isSubstitutionDisabled,
  substituteObject,
  type VariableSource,
} from '@sluice/envsubst';
import { expandAliases, parseDocument, toBuildData, toJson, type DataObject } from '@sluice/manifest';
import type { FamilyRunner } from './case.ts';

type EvalInput = { op: 'eval'; text: string; vars: Record<string, string>; strict: boolean };
type ResourceInput = {
  op: 'resource';
  manifest: string;
  substitute?: Record<string, string>;
  /** Sources without data do not exist. */
  substituteFrom?: VariableSource[] | null;
  always: boolean;
  strict: boolean;
};

export const families: Record<string, FamilyRunner> = { envsubst: (input) => run(input as EvalInput | ResourceInput) };

function run(input: EvalInput | ResourceInput): unknown {
  if (input.op === 'eval') return { text: expand(input.text, new Map(Object.entries(input.vars)), input) };
  const object = readManifest(input.manifest);
  if (isSubstitutionDisabled(object)) return { disabled: true, object: toPlain(object) };
  const variables = collectVariables(input.substituteFrom ?? [], input.substitute ?? {});
  return { object: toPlain(substituteObject(object, variables, input)) };
}

function readManifest(text: string): DataObject {
  const { root } = parseDocument(text);
  if (root === undefined) throw new Error('the manifest is empty');
  return toBuildData(expandAliases(root)) as DataObject;
}

/** The data as the vectors hold it: large integers are rounded on both sides. */
function toPlain(object: DataObject): unknown {
  return JSON.parse(toJson(object));
}
