import { CelError } from '../error.ts';
import type { Call, Expr, MapLiteral } from './ast.ts';
import { scanTokens } from './lexer.ts';
import { parseLiteral } from './literal.ts';
import { callOrMacro } from './macro.ts';
import { RecoveringReader, follow } from './recovery.ts';
import { formatIssues, sourceOf, type Issue, type Source } from './source.ts';
import type { Token, TokenKind } from './token.ts';

/** Deeper nesting than any person writes, but far from the end of the stack. */
const maxDepth = 250;

const literals: readonly TokenKind[] = ['true', 'false', 'null', 'NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES'];
const primaryStart = follow(['[', '{', '(', '.', '-', ...literals, 'IDENTIFIER']);
const unaryStart = follow([...primaryStart.kinds, '!']);
const elementStart = follow([...unaryStart.kinds, '?']);
const fieldStart = follow(['?', 'IDENTIFIER', 'ESC_IDENTIFIER']);
const relations: readonly TokenKind[] = ['==', '!=', 'in', '<', '<=', '>=', '>'];
const products: readonly TokenKind[] = ['*', '/', '%'];
const sums: readonly TokenKind[] = ['+', '-'];

const afterRule = follow([], true);
const afterMember = follow(['.', '['], true);
const afterUnary = follow([...products, ...sums], true);
const afterCalc = follow(relations, true);
const afterElement = follow([','], true);

const functionOfOperator: Partial<Record<TokenKind, string>> = {
  '==': '_==_', '!=': '_!=_', in: '@in', '<': '_<_', '<=': '_<=_', '>=': '_>=_', '>': '_>_',
  '*': '_*_', '/': '_/_', '%': '_%_', '+': '_+_', '-': '_-_',
}; // prettier-ignore

const reserved: ReadonlySet<string> = new Set([
  'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace',
  'return', 'var', 'void', 'while',
]); // prettier-ignore

export type ParseOptions = {
  /** Whether `all`, `exists`, … may have two variables. */
  readonly twoVariableMacros: boolean;
  /** Whether names in backquotes may select fields. */
  readonly quotedFields: boolean;
};

/** @throws CelError `parse`, with all that is wrong */
export function parseExpression(text: string, options: ParseOptions): { expr: Expr; source: Source } {
  const source = sourceOf(text);
  const issues: Issue[] = [];
  const tokens = scanTokens(source, issues);
  const expr = new Parser(new RecoveringReader(tokens, issues), options).start();
  if (issues.length > 0) throw new CelError('parse', formatIssues(source, issues));
  return { expr, source };
}

/** One method per rule of the grammar, in its order. A rule left because of an error gives a stand-in: there is an issue then. */
class Parser {
  readonly #in: RecoveringReader;
  readonly #options: ParseOptions;
  #depth = 0;

  constructor(reader: RecoveringReader, options: ParseOptions) {
    this.#in = reader;
    this.#options = options;
  }

  start(): Expr {
    return this.#rule('start', follow(['EOF']), () => {
      const expr = this.#expr(follow(['EOF']));
      this.#in.match('EOF', follow([]));
      return expr;
    });
  }

  #expr(after: ReturnType<typeof follow>): Expr {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new CelError('parse', `expression recursion limit exceeded: ${maxDepth}`);
    const expr = this.#rule('expr', after, () => {
      const condition = this.#or(follow(['?'], true));
      if (this.#next() !== '?') return condition;
      const { offset } = this.#in.take();
      const then = this.#or(follow([':']));
      this.#in.match(':', unaryStart);
      return call(offset, '_?_:_', [condition, then, this.#expr(afterRule)]);
    });
    this.#depth -= 1;
    return expr;
  }

  #or(after: ReturnType<typeof follow>): Expr {
    return this.#rule('or', after, () => this.#chain('||', '_||_', () => this.#and()));
  }

  #and(): Expr {
    return this.#rule('and', follow(['||'], true), () => this.#chain('&&', '_&&_', () => this.#relation()));
  }

  #chain(operator: TokenKind, name: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const offsets: number[] = [];
    while (this.#next() === operator) {
      offsets.push(this.#in.take().offset);
      terms.push(operand());
    }
    return balance(name, terms, offsets);
  }

  #relation(): Expr {
    return this.#rule('relation', follow(['&&'], true), () => {
      const operand = () => this.#rule('relation', afterCalc, () => this.#calc());
      return this.#operators(relations, operand(), operand);
    });
  }

  #calc(): Expr {
    const factor = () => this.#rule('calc', afterUnary, () => this.#unary());
    const product = () => this.#operators(products, factor(), factor);
    return this.#operators(sums, product(), product);
  }

  /** Operators of one rank, which group to the left. */
  #operators(operators: readonly TokenKind[], first: Expr, operand: () => Expr): Expr {
    let left = first;
    while (operators.includes(this.#next())) {
      const { kind, offset } = this.#in.take();
      left = call(offset, functionOfOperator[kind] ?? kind, [left, operand()]);
    }
    return left;
  }

  #unary(): Expr {
    return this.#rule('unary', afterRule, () => {
      this.#in.choose(unaryStart);
      if (this.#next() === '!') return this.#prefixed('!', '!_', unaryStart);
      if (this.#next() !== '-') return this.#member();
      const next = this.#in.peek(1).kind;
      if (next === 'NUM_INT' || next === 'NUM_FLOAT') return this.#member();
      if (!primaryStart.kinds.has(next)) this.#in.failNoAlternative(1);
      return this.#prefixed('-', '-_', primaryStart);
    });
  }

  /** An even number of signs cancels itself out. */
  #prefixed(sign: TokenKind, name: string, mayFollow: ReturnType<typeof follow>): Expr {
    const { offset } = this.#in.take();
    let count = 1;
    this.#in.expectInLoop(mayFollow);
    while (this.#next() === sign) {
      if (sign === '-' && !mayFollow.kinds.has(this.#in.peek(1).kind)) this.#in.failNoAlternative(1);
      this.#in.take();
      count += 1;
      this.#in.expectInLoop(mayFollow);
    }
    const operand = this.#member();
    return count % 2 === 0 ? operand : call(offset, name, [operand]);
  }

  #member(): Expr {
    return this.#rule('member', afterRule, () => {
      let operand = this.#primary();
      for (;;) {
        if (this.#next() === '.') operand = this.#fieldOrMethod(operand);
        else if (this.#next() === '[') operand = this.#index(operand);
        else return operand;
      }
    });
  }

  #fieldOrMethod(operand: Expr): Expr {
    const next = this.#in.peek(1).kind;
    if (!fieldStart.kinds.has(next)) this.#in.failNoAlternative(1);
    const { offset } = this.#in.take();
    if (next === 'IDENTIFIER' && this.#in.peek(1).kind === '(') {
      const name = this.#in.take();
      const open = this.#in.take();
      const args = this.#args();
      return this.#call({ kind: 'call', offset: open.offset, name: name.text, target: operand, args });
    }
    const optional = next === '?';
    if (optional) this.#in.take();
    const field = this.#fieldName(afterMember);
    return { kind: 'select', offset, operand, field, mode: optional ? 'optional' : 'get' };
  }

  #fieldName(after: ReturnType<typeof follow>): string {
    const { offset } = this.#in.peek();
    const name = this.#in.rule('escapeIdent', after, () => {
      this.#in.expect(follow(['IDENTIFIER', 'ESC_IDENTIFIER']));
      return this.#in.take();
    });
    if (name === undefined) {
      this.#in.report(offset, 'unsupported ident kind');
      return '';
    }
    if (name.kind === 'IDENTIFIER') return name.text;
    if (!this.#options.quotedFields) this.#in.report(name.offset, "unsupported syntax: '`'");
    return name.text.slice(1, -1);
  }

  #index(operand: Expr): Expr {
    const { offset } = this.#in.take();
    this.#in.expect(elementStart);
    const optional = this.#next() === '?';
    if (optional) this.#in.take();
    const index = this.#expr(follow([']']));
    this.#in.match(']', afterMember);
    return call(offset, optional ? '_[?_]' : '_[_]', [operand, index]);
  }

  #args(): Expr[] {
    this.#in.expect(follow([...unaryStart.kinds, ')']));
    const args: Expr[] = [];
    if (this.#next() !== ')') {
      this.#in.rule('exprList', follow([')']), () => {
        args.push(this.#expr(afterElement));
        while (this.#next() === ',') {
          this.#in.take();
          args.push(this.#expr(afterElement));
        }
      });
    }
    this.#in.match(')', afterMember);
    return args;
  }

  #primary(): Expr {
    return this.#rule('primary', afterMember, () => {
      this.#in.choose(primaryStart);
      switch (this.#next()) {
        case '.':
        case 'IDENTIFIER':
          return this.#name();
        case '(':
          return this.#nested();
        case '[':
          return this.#list();
        case '{':
          return this.#map();
        default:
          return this.#in.rule('literal', afterRule, () => this.#literal());
      }
    });
  }

  #name(): Expr {
    const dot = this.#next() === '.' ? this.#in.peek() : undefined;
    if (dot !== undefined && this.#in.peek(1).kind !== 'IDENTIFIER') this.#in.failNoAlternative(1);
    const type = this.#messageType(dot === undefined ? 0 : 1);
    if (type !== undefined) return this.#message(type);
    if (dot !== undefined) this.#in.take();
    const name = this.#in.take();
    if (reserved.has(name.text)) this.#in.report(name.offset, `reserved identifier: ${name.text}`);
    if (this.#next() === '(') {
      const open = this.#in.take();
      return this.#call({ kind: 'call', offset: open.offset, name: name.text, args: this.#args() });
    }
    const ident = { kind: 'ident', offset: (dot ?? name).offset, name: name.text } as const;
    return dot === undefined ? ident : { ...ident, leadingDot: true };
  }

  /** The tokens of `a.b.c` when a `{` follows them. */
  #messageType(from: number): Token[] | undefined {
    const names = [this.#in.peek(from)];
    let at = from + 1;
    for (; this.#in.peek(at).kind === '.' && this.#in.peek(at + 1).kind === 'IDENTIFIER'; at += 2) {
      names.push(this.#in.peek(at + 1));
    }
    return this.#in.peek(at).kind === '{' ? names : undefined;
  }

  #message(type: readonly Token[]): Expr {
    while (this.#next() !== '{') this.#in.take();
    const { offset } = this.#in.take();
    this.#in.expect(follow([...fieldStart.kinds, ',', '}']));
    const field = () => {
      this.#in.rule('optField', follow([':']), () => {
        if (this.#next() === '?') this.#in.take();
        return this.#fieldName(afterRule);
      });
      this.#in.match(':', unaryStart);
      this.#expr(afterElement);
    };
    if (fieldStart.kinds.has(this.#next())) {
      this.#in.rule('fieldInitializerList', follow([',', '}']), () => this.#separated(field, fieldStart.kinds));
    }
    this.#closing('}');
    return { kind: 'message', offset, type: type.map(({ text }) => text).join('.') };
  }

  #nested(): Expr {
    this.#in.take();
    const expr = this.#expr(follow([')']));
    this.#in.match(')', afterRule);
    return expr;
  }

  #list(): Expr {
    const { offset } = this.#in.take();
    this.#in.expect(follow([...elementStart.kinds, ',', ']']));
    const elements: { value: Expr; optional: boolean }[] = [];
    const element = () => void elements.push(this.#element(afterElement));
    if (elementStart.kinds.has(this.#next())) {
      this.#in.rule('listInit', follow([']', ',']), () => this.#separated(element, elementStart.kinds));
    }
    this.#closing(']');
    return { kind: 'list', offset, elements };
  }

  #map(): Expr {
    const { offset } = this.#in.take();
    this.#in.expect(follow([...elementStart.kinds, ',', '}']));
    const entries: MapLiteral['entries'][number][] = [];
    const entry = () => {
      const { value: key, optional } = this.#element(follow([':']));
      this.#in.match(':', unaryStart);
      entries.push({ key, optional, value: this.#expr(afterElement) });
    };
    if (elementStart.kinds.has(this.#next())) {
      this.#in.rule('mapInitializerList', follow(['}', ',']), () => this.#separated(entry, elementStart.kinds));
    }
    this.#closing('}');
    return { kind: 'map', offset, entries };
  }

  /** Elements with commas between them; a comma that no element follows is left to the caller. */
  #separated(element: () => void, starts: ReadonlySet<TokenKind>): void {
    element();
    while (this.#next() === ',' && starts.has(this.#in.peek(1).kind)) {
      this.#in.take();
      element();
    }
  }

  #closing(bracket: TokenKind): void {
    this.#in.expect(follow([',', bracket]));
    if (this.#next() === ',') this.#in.take();
    this.#in.match(bracket, afterRule);
  }

  #element(after: ReturnType<typeof follow>): { value: Expr; optional: boolean } {
    let optional = false;
    const value = this.#rule('optExpr', after, () => {
      optional = this.#next() === '?';
      if (optional) this.#in.take();
      return this.#expr(afterRule);
    });
    return { value, optional };
  }

  #literal(): Expr {
    const sign = this.#next() === '-' ? this.#in.take() : undefined;
    const token = this.#in.take();
    const parsed = parseLiteral(token, sign !== undefined);
    const { offset } = sign ?? token;
    if ('error' in parsed) this.#in.report(offset, parsed.error);
    return { kind: 'literal', offset, value: 'error' in parsed ? null : parsed.value };
  }

  #call(expr: Call): Expr {
    const made = callOrMacro(expr, this.#options.twoVariableMacros);
    if (!('error' in made)) return made;
    this.#in.report(made.error.offset, made.error.message);
    return expr;
  }

  #next(): TokenKind {
    return this.#in.peek().kind;
  }

  #rule(place: string, after: ReturnType<typeof follow>, read: () => Expr | undefined): Expr {
    const { offset } = this.#in.peek();
    return this.#in.rule(place, after, read) ?? { kind: 'literal', offset, value: null };
  }
}

function call(offset: number, name: string, args: readonly Expr[]): Expr {
  return { kind: 'call', offset, name, args };
}

/** A long chain of one operator as a flat tree, so that its depth stays small. */
function balance(name: string, terms: readonly Expr[], offsets: readonly number[]): Expr {
  if (offsets.length === 0) return terms[0]!;
  const middle = Math.floor(offsets.length / 2);
  const left = balance(name, terms.slice(0, middle + 1), offsets.slice(0, middle));
  const right = balance(name, terms.slice(middle + 1), offsets.slice(middle + 1));
  return call(offsets[middle]!, name, [left, right]);
}
