import { TAB, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { maxDepth } from './limits.ts';
import { scanBlockScalar } from './scan-block.ts';
import { scanDirective } from './scan-directive.ts';
import { scanPlain } from './scan-plain.ts';
import { scanQuoted } from './scan-quoted.ts';
import { scanAnchor, scanTag } from './scan-tag.ts';
import { forgetKey, isInReach, noKey, type SimpleKey } from './simple-key.ts';
import { TokenQueue } from './token-queue.ts';
import { T, Token, type TokenKind } from './token.ts';

/** How far behind one comment the build setting looks for the next one, in characters. */
const maxCommentGap = 512;

/**
 * Splits a text into the tokens of libyaml's grammar, with indentation as tokens of its own.
 *
 * Tokens wait in a queue, because a key is recognised only at its `:` and the key token is then put before it. How many
 * tokens are read ahead decides which of two errors is reported; the build setting reads three.
 */
export class Scanner {
  readonly cursor: Cursor;
  flowLevel = 0;
  /** Column of the current block collection; -1 outside. */
  indent = -1;
  simpleKeyAllowed = true;
  readonly #lookAhead: number;
  readonly #indents: number[] = [];
  readonly #keys: SimpleKey[] = [noKey()];
  readonly #queue = new TokenQueue();
  #ready = false;
  /** Whether the next token that is added may begin the simple key of its flow level. */
  #keyPending = false;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
    this.#lookAhead = cursor.setting === 'build' ? 3 : 1;
  }

  /** The next token, which stays in the queue. @throws YamlError */
  peek(): Token {
    if (!this.#ready) this.#fill();
    return this.#queue.first;
  }

  /** Drops the token that `peek` returned. */
  skip(): void {
    this.#ready = false;
    this.#queue.shift();
  }

  #fill(): void {
    while (this.#queue.length < this.#lookAhead || this.#headMayBeKey()) this.#fetch();
    this.#ready = true;
  }

  #headMayBeKey(): boolean {
    const level = this.#queue.first.keyLevel;
    const key = level < 0 ? undefined : this.#keys[level];
    return key !== undefined && this.#isLive(key);
  }

  #fetch(): void {
    const { cursor } = this;
    const before = { offset: cursor.pos, line: cursor.line };
    this.#skipToToken();
    if (this.indent > cursor.column) this.#unrollIndent(cursor.column, before);
    const code = cursor.peek();
    if (code === 0) return this.#fetchStreamEnd();
    if (cursor.pos === cursor.lineStart) {
      if (code === 0x25 /* % */) return this.#fetchDirective();
      if ((code === 0x2d || code === 0x2e) && cursor.atDocumentIndicator()) return this.#fetchDocumentIndicator(code);
    }
    this.#fetchByFirstCharacter(code);
  }

  #fetchByFirstCharacter(code: number): void {
    const inFlow = this.flowLevel > 0;
    switch (code) {
      case 0x5b /* [ */:
        return this.#fetchFlowStart(T.flowSequenceStart);
      case 0x7b /* { */:
        return this.#fetchFlowStart(T.flowMappingStart);
      case 0x5d /* ] */:
        return this.#fetchFlowEnd(T.flowSequenceEnd);
      case 0x7d /* } */:
        return this.#fetchFlowEnd(T.flowMappingEnd);
      case 0x2c /* , */:
        return this.#fetchFlowEntry();
      case 0x2d /* - */:
        return isBlankOrEnd(this.cursor.peek(1)) ? this.#fetchBlockEntry() : this.#fetchPlain();
      case 0x3f /* ? */:
        return inFlow || isBlankOrEnd(this.cursor.peek(1)) ? this.#fetchKey() : this.#fetchPlain();
      case 0x3a /* : */:
        return inFlow || isBlankOrEnd(this.cursor.peek(1)) ? this.#fetchValue() : this.#fetchPlain();
      case 0x2a /* * */:
        return this.#fetchAnchor(T.alias);
      case 0x26 /* & */:
        return this.#fetchAnchor(T.anchor);
      case 0x21 /* ! */:
        return this.#fetchTag();
      case 0x27 /* ' */:
      case 0x22 /* " */:
        return this.#fetchQuoted();
      case 0x7c /* | */:
      case 0x3e /* > */:
        if (!inFlow) return this.#fetchBlockScalar();
        break;
      case 0x23 /* # */:
      case 0x25 /* % */:
      case 0x40 /* @ */:
      case 0x60 /* ` */:
      case TAB:
        break;
      default:
        return this.#fetchPlain();
    }
    throw this.cursor.scannerError('found character that cannot start any token', this.cursor.mark());
  }

  /** Skips blanks, line breaks and comments. Tabs count as blanks only where no simple key can begin. */
  #skipToToken(): void {
    const { cursor } = this;
    const startLine = cursor.line;
    let commentEnd = -1;
    for (;;) {
      cursor.skipSpaces();
      const code = cursor.peek();
      if (code === TAB && (this.#tabsAllowed() || this.#tabLeadsToComment(commentEnd, startLine))) {
        cursor.skipBlanks();
      } else if (code === 0x23 /* # */) {
        const isTrailing = cursor.line === startLine && this.#commentBelongsToToken();
        cursor.readComment();
        commentEnd = isTrailing ? -1 : cursor.pos;
      } else if (isBreak(code)) {
        cursor.readBreak();
        if (this.flowLevel === 0) this.simpleKeyAllowed = true;
      } else {
        return;
      }
    }
  }

  #tabsAllowed(): boolean {
    return this.flowLevel > 0 || !this.simpleKeyAllowed;
  }

  /** Whether a comment at the position would be read by go-yaml v3 together with the token before it. */
  #commentBelongsToToken(): boolean {
    const last = this.#queue.last;
    return (
      last !== undefined && last.kind > T.documentEnd && last.kind !== T.blockEntry && last.end >= this.cursor.lineStart
    );
  }

  /** go-yaml v3 looks for further comments behind a comment line and behind `?` and `:` by itself, and passes over tabs. */
  #tabLeadsToComment(commentEnd: number, startLine: number): boolean {
    const { cursor } = this;
    if (cursor.setting === 'json') return false;
    const last = this.#queue.last?.kind;
    const behindIndicator = cursor.line === startLine && (last === T.key || last === T.value);
    if (commentEnd < 0 && !behindIndicator) return false;
    const limit = (commentEnd < 0 ? cursor.pos : commentEnd) + maxCommentGap;
    let pos = cursor.pos;
    while (pos < limit && isBlankOrEnd(cursor.text.charCodeAt(pos))) {
      if (commentEnd < 0 && isBreakOrEnd(cursor.text.charCodeAt(pos))) return false;
      pos++;
    }
    return pos < limit && cursor.text.charCodeAt(pos) === 0x23;
  }

  #fetchStreamEnd(): void {
    const { cursor } = this;
    if (cursor.column !== 0) {
      cursor.line++;
      cursor.lineStart = cursor.pos;
    }
    this.#unrollIndent(-1);
    this.#dropKey();
    this.simpleKeyAllowed = false;
    this.#add(new Token(T.streamEnd, cursor.mark(), cursor.pos));
  }

  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#dropKey();
    this.simpleKeyAllowed = false;
    this.#add(scanDirective(this.cursor));
  }

  #fetchDocumentIndicator(code: number): void {
    this.#unrollIndent(-1);
    this.#dropKey();
    this.simpleKeyAllowed = false;
    this.#addIndicator(code === 0x2d ? T.documentStart : T.documentEnd, 3);
  }

  #fetchFlowStart(kind: TokenKind): void {
    this.#saveKey();
    if (this.flowLevel === maxDepth) throw this.#tooDeep();
    this.flowLevel++;
    this.simpleKeyAllowed = true;
    const token = this.#addIndicator(kind, 1);
    // The libraries forget the key that begins with `[` when an empty collection ends: `[]: x` is an error there.
    this.#keys[this.flowLevel] = noKey(token);
  }

  #fetchFlowEnd(kind: TokenKind): void {
    this.#dropKey();
    if (this.flowLevel > 0) {
      const token = this.#keys[this.flowLevel]?.token;
      if (token !== undefined) token.keyLevel = -1;
      this.#keys.length = this.flowLevel;
      this.flowLevel--;
    }
    this.simpleKeyAllowed = false;
    this.#addIndicator(kind, 1);
  }

  #fetchFlowEntry(): void {
    this.#dropKey();
    this.simpleKeyAllowed = true;
    this.#addIndicator(T.flowEntry, 1);
  }

  #fetchBlockEntry(): void {
    // In flow context the parser finds this out: it knows where the collection began.
    if (this.flowLevel === 0) this.#startBlock(T.blockSequenceStart, 'block sequence entries');
    this.#dropKey();
    this.simpleKeyAllowed = true;
    this.#addIndicator(T.blockEntry, 1);
  }

  #fetchKey(): void {
    if (this.flowLevel === 0) this.#startBlock(T.blockMappingStart, 'mapping keys');
    this.#dropKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.#addIndicator(T.key, 1);
  }

  #fetchValue(): void {
    const key = this.#keys[this.flowLevel]!;
    if (this.#isLive(key)) {
      this.#queue.insert(key.tokenNumber, new Token(T.key, key, key.offset));
      this.#rollIndent(key.column, key.tokenNumber, T.blockMappingStart, key);
      forgetKey(key);
      this.simpleKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) this.#startBlock(T.blockMappingStart, 'mapping values');
      this.simpleKeyAllowed = this.flowLevel === 0;
    }
    this.#addIndicator(T.value, 1);
  }

  #fetchAnchor(kind: typeof T.anchor | typeof T.alias): void {
    this.#saveKey();
    this.simpleKeyAllowed = false;
    this.#add(scanAnchor(this.cursor, kind));
  }

  #fetchTag(): void {
    this.#saveKey();
    this.simpleKeyAllowed = false;
    this.#add(scanTag(this.cursor));
  }

  #fetchBlockScalar(): void {
    this.#dropKey();
    this.simpleKeyAllowed = true;
    this.#add(scanBlockScalar(this.cursor, this.indent));
  }

  #fetchQuoted(): void {
    this.#saveKey();
    this.simpleKeyAllowed = false;
    this.#add(scanQuoted(this.cursor));
  }

  #fetchPlain(): void {
    this.#saveKey();
    const { cursor } = this;
    const token = scanPlain(cursor, this.flowLevel > 0, this.indent + 1);
    // It was looked for on a further line: there a key may begin.
    this.simpleKeyAllowed = cursor.lineStart > token.end;
    this.#add(token);
  }

  #startBlock(kind: TokenKind, what: string): void {
    const { cursor } = this;
    if (!this.simpleKeyAllowed) throw cursor.scannerError(`${what} are not allowed in this context`, cursor.mark());
    this.#rollIndent(cursor.column, -1, kind, cursor.mark());
  }

  /** Begins a block collection when `column` is deeper than the current one. `tokenNumber` -1 means at the end. */
  #rollIndent(column: number, tokenNumber: number, kind: TokenKind, mark: Mark): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    if (this.#indents.length === maxDepth) throw this.#tooDeep();
    this.#indents.push(this.indent);
    this.indent = column;
    const token = new Token(kind, mark, mark.offset);
    if (tokenNumber < 0) this.#add(token);
    else this.#queue.insert(tokenNumber, token);
  }

  /** Ends the block collections that are deeper than `column`. For go-yaml v3 they end `before` blanks and comments. */
  #unrollIndent(column: number, before: Mark = this.cursor.mark()): void {
    if (this.flowLevel > 0) return;
    const mark = this.cursor.setting === 'build' ? before : this.cursor.mark();
    while (this.indent > column) {
      this.#add(new Token(T.blockEnd, mark, mark.offset));
      this.indent = this.#indents.pop() ?? -1;
    }
  }

  #saveKey(): void {
    if (!this.simpleKeyAllowed) return;
    this.#dropKey();
    const { cursor } = this;
    const key = this.#keys[this.flowLevel]!;
    key.possible = true;
    key.column = cursor.column;
    key.required = this.flowLevel === 0 && this.indent === key.column;
    key.offset = cursor.pos;
    key.line = cursor.line;
    key.tokenNumber = this.#queue.nextNumber;
    this.#keyPending = true;
  }

  #dropKey(): void {
    const key = this.#keys[this.flowLevel]!;
    if (!key.possible) return;
    if (key.required) throw this.cursor.scannerError("could not find expected ':'", key, key);
    forgetKey(key);
  }

  /** Whether `key` can still become a key at the position. */
  #isLive(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { cursor } = this;
    if (isInReach(key, cursor)) return true;
    if (key.required) throw cursor.scannerError("could not find expected ':'", key, key);
    key.possible = false;
    return false;
  }

  #addIndicator(kind: TokenKind, length: number): Token {
    const { cursor } = this;
    const token = new Token(kind, cursor.mark(), cursor.pos + length);
    cursor.pos += length;
    this.#add(token);
    return token;
  }

  #add(token: Token): void {
    if (this.#keyPending) {
      this.#keyPending = false;
      const level =
        token.kind === T.flowSequenceStart || token.kind === T.flowMappingStart ? this.flowLevel - 1 : this.flowLevel;
      token.keyLevel = level;
      this.#keys[level]!.token = token;
    }
    this.#queue.push(token);
  }

  #tooDeep(): Error {
    return this.cursor.scannerError(`exceeded max depth of ${maxDepth}`, this.cursor.mark());
  }
}
