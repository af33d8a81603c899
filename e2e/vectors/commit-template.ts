import { parseMessageTemplate, renderMessage, type CommitChange } from '@sluice/go-template';
import type { FamilyRunner } from './case.ts';

interface Input {
  readonly automation: { readonly name: string; readonly namespace: string };
  readonly changes:
    | readonly {
        readonly file: string;
        readonly apiVersion: string;
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
        readonly old: string;
        readonly new: string;
        readonly setter: string;
      }[]
    | null;
  readonly template: string;
  readonly values?: Readonly<Record<string, string>> | null;
}

export const families: Record<string, FamilyRunner> = {
  'commit-template': (input, { want }) => {
    const { automation, changes, template, values } = input as Input;
    const data = { automation, changes: (changes ?? []).map(toChange), values: values ?? {} };
    const { message } = renderMessage(parseMessageTemplate(template), data);
    const isSorted = typeof want === 'object' && want !== null && 'linesInAnyOrder' in want;
    return isSorted ? { linesInAnyOrder: message.split('\n').sort() } : { message };
  },
};

function toChange({
  file,
  apiVersion,
  kind,
  namespace,
  name,
  ...change
}: NonNullable<Input['changes']>[number]): CommitChange {
  const object = { apiVersion, kind, name, namespace };
  return { file, object, oldValue: change.old, newValue: change.new, setter: change.setter };
}
