import type { Source } from './node.ts';

/** Where in a text something stands; both count from 0. */
export interface Mark {
  readonly offset: number;
  readonly line: number;
}

/**
 * A text that is no YAML, or YAML that means nothing in Kubernetes. `message` is what the Go libraries say
 * (`yaml: line 3: did not find expected key`), whose line counts from the start of the piece and is often the one before.
 */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly file: string | undefined;
  /** Line in the file, from 1; 0 when the error belongs to no place. */
  readonly line: number;
  /** Column, from 1, in UTF-16 units; 0 when unknown. */
  readonly column: number;

  constructor(message: string, place: { file?: string | undefined; line?: number; column?: number } = {}) {
    super(message);
    this.file = place.file;
    this.line = place.line ?? 0;
    this.column = place.column ?? 0;
  }

  /** `FILE:LINE:COLUMN`, as far as known. */
  get where(): string {
    return [this.file, this.line || undefined, this.column || undefined].filter((part) => part !== undefined).join(':');
  }
}

/** An error at a node that was read from a text; `line: 0` nodes give an error without a place. */
export function errorAt(
  message: string,
  node: { readonly source: Source | undefined; readonly line: number },
): YamlError {
  if (node.source === undefined || node.line === 0) return new YamlError(message);
  return new YamlError(message, { file: node.source.file, line: node.source.firstLine + node.line });
}
