export { type CommitChange, type CommitData } from './commit-data.ts';
export { parseMessageTemplate, renderMessage, type CommitMessage, type MessageTemplate } from './commit-message.ts';
export { RemovedFieldError, TemplateExecError, TemplateParseError } from './error.ts';
