/** A template that cannot be parsed; `message` is Go's: `template: commit message:1: unclosed action`. */
export class TemplateParseError extends Error {
  override readonly name = 'TemplateParseError';
}

/** A template that failed while it ran. */
export class TemplateExecError extends Error {
  override readonly name = 'TemplateExecError';
}

/** What a function refuses; the template adds the place. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** A field of old that is no longer there, see `removedFields`. It reaches the caller as it is. */
export class RemovedFieldError extends Error {
  override readonly name = 'RemovedFieldError';
}
