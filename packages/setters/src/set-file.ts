import { YamlError } from '@sluice/manifest';
import { readDocuments, type ObjectIdentity, type PlacedDocument } from './documents.ts';
import { CommentFinder, type FoundComment } from './find-comment.ts';
import { LfText, applyEdits } from './line-breaks.ts';
import { markerToken, readMarker } from './marker.ts';
import { holdsValue, scalarEdit, type Edit } from './scalar-text.ts';
import { settableScalars, type Place } from './scalars.ts';
import type { Setters } from './setter-values.ts';

/** One scalar whose value was replaced. */
export interface Change {
  /** As given, `/`-separated. */
  readonly file: string;
  readonly object: ObjectIdentity;
  /** Values are decoded, without quotes. */
  readonly oldValue: string;
  readonly newValue: string;
  /** The reference in the marker: `ns:policy` or `ns:policy:field`. */
  readonly setter: string;
}

/** Something with a marker that had no effect. `unreadable`: the whole file was left alone. */
export interface Problem {
  readonly kind: 'marker' | 'unreadable';
  readonly file: string;
  /** From 1; 0 when it is about no line. */
  readonly line: number;
  readonly message: string;
}

export interface SetFileResult {
  /** The new content; `undefined` when no value changed. */
  readonly content: Uint8Array | undefined;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/**
 * Replaces the marked scalars of a YAML file; every other byte stays. Nothing is done to a file of which a part is no
 * YAML, holds no map or is not UTF-8.
 * @param file name for changes and problems
 * @see image §8
 */
export function setFile(content: Uint8Array, file: string, setters: Setters): SetFileResult {
  if (!hasToken(content)) return { content: undefined, changes: [], problems: [] };
  try {
    const original = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return setText(original, file, setters);
  } catch (error) {
    const problem = unreadable(error, file);
    if (problem === undefined) throw error;
    return { content: undefined, changes: [], problems: [problem] };
  }
}

function hasToken(content: Uint8Array): boolean {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(markerToken);
}

function unreadable(error: unknown, file: string): Problem | undefined {
  if (error instanceof YamlError) return { kind: 'unreadable', file, line: error.line, message: error.message };
  // What the decoder throws.
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return { kind: 'unreadable', file, line: 0, message: 'the file is not UTF-8' };
  }
  return undefined;
}

function setText(original: string, file: string, setters: Setters): SetFileResult {
  const lf = new LfText(original);
  const edits: Edit[] = [];
  const changes: Change[] = [];
  const problems: Problem[] = [];
  for (const placed of readDocuments(lf.text, file)) {
    const run = new DocumentRun(placed, file, setters);
    edits.push(...run.edits);
    changes.push(...run.changes);
    problems.push(...run.problems);
  }
  if (changes.length === 0) return { content: undefined, changes, problems };
  return { content: new TextEncoder().encode(applyEdits(original, lf, edits)), changes, problems };
}

const numberTags: ReadonlySet<string> = new Set(['!!int', '!!float', '!!bool', '!!null', '!!timestamp', '!!binary']);

/** The changes of one document, and what its markers lack. */
class DocumentRun {
  readonly edits: Edit[] = [];
  readonly changes: Change[] = [];
  readonly problems: Problem[] = [];
  readonly #placed: PlacedDocument;
  readonly #file: string;
  readonly #setters: Setters;
  readonly #comments: CommentFinder;
  /** Lines whose comment was looked at for a scalar. */
  readonly #seen = new Set<number>();

  constructor(placed: PlacedDocument, file: string, setters: Setters) {
    this.#placed = placed;
    this.#file = file;
    this.#setters = setters;
    this.#comments = new CommentFinder(placed.document);
    for (const place of settableScalars(placed.root)) this.#visit(place);
    for (const comment of this.#comments.all()) this.#checkUnused(comment);
    this.problems.sort((a, b) => a.line - b.line);
  }

  #visit({ scalar, before }: Place): void {
    const behind = this.#comments.behind(scalar);
    const comment = behind ?? this.#comments.above(scalar, before);
    if (comment === undefined) return;
    // An empty value has no comment of its own; one above it may be meant for it and is useless all the same.
    if (scalar.start === scalar.end) return;
    const setter = readMarker(comment.text);
    if (setter === undefined) return;
    this.#seen.add(comment.line);
    const value = this.#setters.values.get(setter);
    if (value === undefined) this.#report(comment, this.#whyUnknown(setter));
    else this.#set(scalar, { comment, setter, value });
  }

  #set(scalar: Place['scalar'], { comment, setter, value }: { comment: FoundComment; setter: string; value: string }) {
    if (value === '') this.#report(comment, `the policy of '${setter}' has no digest`);
    if (holdsValue(scalar, value)) return;
    // A text under the tag of a number cannot be read any more.
    if (scalar.tagged && numberTags.has(scalar.tag))
      return this.#report(comment, `the tag ${scalar.tag} takes no text`);
    const edit = scalarEdit(this.#placed.document.text, scalar, value);
    if (edit === undefined) return this.#report(comment, 'the text block has no line to replace');
    const { offset, object } = this.#placed;
    this.edits.push({ ...edit, start: edit.start + offset, end: edit.end + offset });
    this.changes.push({ file: this.#file, object, oldValue: scalar.value, newValue: value, setter });
  }

  #whyUnknown(setter: string): string {
    const [namespace, name, field, ...more] = setter.split(':');
    const policy = `${namespace}:${name}`;
    if (name === undefined) return `'${setter}' is no reference of the form namespace:policy`;
    if (!this.#setters.policies.has(policy)) return `'${policy}' is none of the policies of this automation`;
    if (more.length > 0 || (field !== undefined && !['name', 'tag', 'digest'].includes(field))) {
      return `'${setter}' names no field; there are name, tag and digest`;
    }
    return `the policy '${policy}' has chosen no image yet`;
  }

  #checkUnused(comment: FoundComment): void {
    if (this.#seen.has(comment.line) || !comment.text.includes(markerToken)) return;
    if (readMarker(comment.text) === undefined) this.#report(comment, 'the comment is no valid marker');
    else this.#report(comment, 'the marker stands at no value that can be set');
  }

  #report({ line }: FoundComment, message: string): void {
    const { firstLine } = this.#placed.document.source;
    this.problems.push({ kind: 'marker', file: this.#file, line: firstLine + line + 1, message });
  }
}
