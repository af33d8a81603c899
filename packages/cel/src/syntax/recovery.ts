import type { Issue } from './source.ts';
import { formatKinds, type Token, type TokenKind } from './token.ts';

/** Tokens that may come at some place of a rule; `open` when the rule may end there, so that what follows it counts too. */
export type Follow = { readonly kinds: ReadonlySet<TokenKind>; readonly open: boolean };

export function follow(kinds: Iterable<TokenKind>, open = false): Follow {
  return { kinds: new Set(kinds), open };
}

/** Leaves a rule at an error that has no repair in place. */
class SyntaxFailure extends Error {
  override readonly name = 'SyntaxFailure';
}

/**
 * Reads tokens and goes on after errors as parsers made by ANTLR do, since it is their messages that users know: one
 * token too many is left out, one too few is imagined, else the rule is left at a token with which its callers can go on.
 * After an error nothing is reported until a token matches again.
 */
export class RecoveringReader {
  readonly #tokens: readonly Token[];
  readonly #issues: Issue[];
  /** What may follow each rule that is being read, the innermost last. */
  readonly #follows: Follow[] = [];
  #at = 0;
  #recovering = false;
  #lastFailure = { at: -1, places: new Set<string>() };

  constructor(tokens: readonly Token[], issues: Issue[]) {
    this.#tokens = tokens;
    this.#issues = issues;
  }

  /** The token `ahead` places on; 0 is the one to be read next. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  report(offset: number, message: string): void {
    this.#issues.push({ offset, message });
  }

  /**
   * Reads a rule.
   * @param after what may follow it at this place
   * @returns `undefined` when it was left because of an error
   */
  rule<T>(place: string, after: Follow, read: () => T): T | undefined {
    this.#follows.push(after);
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error;
      this.#skipToFollower(place);
      return undefined;
    } finally {
      this.#follows.pop();
    }
  }

  /** Reads a token that has to be there. @param after what may follow it in this rule */
  match(kind: TokenKind, after: Follow): Token {
    const token = this.peek();
    if (token.kind === kind) return this.take();
    const expected = new Set([kind]);
    if (this.#leaveOneOut(expected)) return this.take();
    if (!this.#expand(after).has(token.kind)) return this.#failMismatch(expected);
    this.#reportSyntax(token, `missing ${formatKinds(expected)} at ${display(token)}`);
    return { kind, text: '', offset: token.offset, end: token.offset };
  }

  /** Reads the next token, which the caller has looked at. */
  take(): Token {
    const token = this.peek();
    this.#recovering = false;
    this.#lastFailure = { at: -1, places: new Set() };
    this.#skip();
    return token;
  }

  /** Makes sure that the next token is one of these, if need be without one that is too many. */
  expect(expected: Follow): void {
    if (this.#recovering || expected.open || expected.kinds.has(this.peek().kind)) return;
    if (!this.#leaveOneOut(expected.kinds)) this.#failMismatch(expected.kinds);
  }

  /** The same where these are the beginnings of alternatives, so that one of them has to come. */
  choose(expected: Follow): void {
    this.expect(expected);
    if (!expected.kinds.has(this.peek().kind)) this.failNoAlternative(0);
  }

  /** The same within a repetition, where any number of tokens may be too many. */
  expectInLoop(expected: Follow): void {
    if (this.#recovering || expected.kinds.has(this.peek().kind)) return;
    this.#reportUnwanted(expected.kinds);
    this.#skipUntil(new Set([...expected.kinds, ...this.#followers()]));
  }

  /** Fails at the token `ahead` places on, with which no alternative goes on. */
  failNoAlternative(ahead: number): never {
    const tokens = Array.from({ length: ahead + 1 }, (_, index) => this.peek(index));
    const text = tokens.map(
      ({ kind, text, blank = '' }, index) => (index > 0 ? blank : '') + (kind === 'EOF' ? '' : text),
    );
    const input = escapeBlank(text.join(''));
    // A literal's name used as a field.
    const reserved = /^.(true|false|null)$/.exec(input)?.[1];
    const message = reserved === undefined ? `no viable alternative at input '${input}'` : undefined;
    this.#reportSyntax(this.peek(ahead), message ?? `mismatched input '${reserved}' expecting IDENTIFIER`);
    throw new SyntaxFailure(message);
  }

  #failMismatch(expected: ReadonlySet<TokenKind>): never {
    const token = this.peek();
    const message = `mismatched input ${display(token)} expecting ${formatKinds(expected)}`;
    this.#reportSyntax(token, message);
    throw new SyntaxFailure(message);
  }

  #leaveOneOut(expected: ReadonlySet<TokenKind>): boolean {
    if (!expected.has(this.peek(1).kind)) return false;
    this.#reportUnwanted(expected);
    this.#skip();
    this.#recovering = false;
    return true;
  }

  #reportUnwanted(expected: ReadonlySet<TokenKind>): void {
    this.#reportSyntax(this.peek(), `extraneous input ${display(this.peek())} expecting ${formatKinds(expected)}`);
  }

  #reportSyntax({ offset }: Token, message: string): void {
    if (!this.#recovering) this.report(offset, `Syntax error: ${message}`);
    this.#recovering = true;
  }

  #skip(): void {
    if (this.peek().kind !== 'EOF') this.#at += 1;
  }

  #skipUntil(kinds: ReadonlySet<TokenKind>): void {
    while (this.peek().kind !== 'EOF' && !kinds.has(this.peek().kind)) this.#skip();
  }

  #skipToFollower(place: string): void {
    // A second failure of the same rule at the same token would go on for ever.
    const last = this.#lastFailure;
    if (last.at === this.#at && last.places.has(place)) this.#skip();
    this.#lastFailure = { at: this.#at, places: new Set([...last.places, place]) };
    this.#skipUntil(this.#followers());
  }

  /** Everything with which any rule being read could go on. */
  #followers(): Set<TokenKind> {
    return new Set(this.#follows.flatMap(({ kinds }) => [...kinds]));
  }

  /** The tokens that may really come, which for an open set depends on who called the rule. */
  #expand({ kinds, open }: Follow): Set<TokenKind> {
    const expanded = new Set(kinds);
    for (let index = this.#follows.length - 1, ends = open; ends && index >= 0; index -= 1) {
      const caller = this.#follows[index]!;
      for (const kind of caller.kinds) expanded.add(kind);
      ends = caller.open;
    }
    return expanded;
  }
}

function display({ kind, text }: Token): string {
  return kind === 'EOF' ? "'<EOF>'" : `'${escapeBlank(text)}'`;
}

function escapeBlank(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
