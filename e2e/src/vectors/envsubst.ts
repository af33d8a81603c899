import { expand } from '@sluice/envsubst';
import type { FamilyRunner } from './case.ts';

type Input = { op: 'eval'; text: string; vars: Record<string, string>; strict: boolean } | { op: 'resource' };

export const families: Record<string, FamilyRunner> = { envsubst: (input) => run(input as Input) };

function run(input: Input): unknown {
  if (input.op === 'eval') return { text: expand(input.text, new Map(Object.entries(input.vars)), input) };
  throw new Error('todo');
}
