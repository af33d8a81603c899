import type { Mark } from './error.ts';
import type { ScalarNode } from './node.ts';

/** Kinds of tokens, named as in libyaml. */
export const T = {
  streamEnd: 0,
  versionDirective: 1,
  tagDirective: 2,
  documentStart: 3,
  documentEnd: 4,
  blockSequenceStart: 5,
  blockMappingStart: 6,
  blockEnd: 7,
  flowSequenceStart: 8,
  flowSequenceEnd: 9,
  flowMappingStart: 10,
  flowMappingEnd: 11,
  blockEntry: 12,
  flowEntry: 13,
  key: 14,
  value: 15,
  alias: 16,
  anchor: 17,
  tag: 18,
  scalar: 19,
} as const;

export type TokenKind = (typeof T)[keyof typeof T];

export class Token implements Mark {
  readonly kind: TokenKind;
  /** Offset of its first character. */
  readonly offset: number;
  /** Line of its first character, from 0. */
  readonly line: number;
  /** Offset behind its last character. */
  readonly end: number;
  /** Name of an anchor or alias, handle of a tag or tag directive, text of a version. */
  readonly text: string;
  /** Suffix of a tag, prefix of a tag directive. */
  readonly suffix: string;
  readonly scalar: ScalarNode | undefined;
  /** Flow level of the simple key that may begin with this token; -1 when none does. */
  keyLevel = -1;

  constructor(kind: TokenKind, start: Mark, end: number, text = '', suffix = '', scalar?: ScalarNode) {
    this.kind = kind;
    this.offset = start.offset;
    this.line = start.line;
    this.end = end;
    this.text = text;
    this.suffix = suffix;
    this.scalar = scalar;
  }
}
