import { commitData, type CommitData } from './commit-data.ts';
import { TemplateExecError, TemplateParseError } from './error.ts';
import { executeTemplate } from './exec.ts';
import { functions } from './functions.ts';
import { parseTemplate, type Template } from './parse.ts';

const name = 'commit message';
const defaultMessage = 'Update from image update automation';
const functionNames: ReadonlySet<string> = new Set(Object.keys(functions));
const limits = { maxOutput: 1024 * 1024, maxWork: 500_000 };

/** A message template that was parsed. */
export interface MessageTemplate {
  readonly template: Template | undefined;
}

export interface CommitMessage {
  readonly message: string;
  /** Fields of old that the template used (`.Updated`, `.Changed.ImageResult`), to warn of. */
  readonly removedFields: readonly string[];
}

/**
 * Parses `messageTemplate`; an empty one stands for the default message.
 * @throws TemplateParseError
 */
export function parseMessageTemplate(text: string): MessageTemplate {
  if (text === '') return { template: undefined };
  try {
    return { template: parseTemplate(name, text, functionNames) };
  } catch (error) {
    if (!(error instanceof TemplateParseError)) throw error;
    throw new TemplateParseError(`unable to create commit message template from spec: ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * The message of a commit, which may be empty.
 * @throws TemplateExecError, also when it takes too much work or gets longer than 1 MiB
 * @throws RemovedFieldError when the template uses a field of old and the data has no images
 */
export function renderMessage({ template }: MessageTemplate, data: CommitData): CommitMessage {
  if (template === undefined) return { message: defaultMessage, removedFields: [] };
  const removedFields = new Set<string>();
  const dot = commitData(data, (field) => removedFields.add(field));
  try {
    return { message: executeTemplate(template, { data: dot, functions, limits }), removedFields: [...removedFields] };
  } catch (error) {
    if (!(error instanceof TemplateExecError)) throw error;
    throw new TemplateExecError(`failed to run template from spec: ${error.message}`, { cause: error });
  }
}
