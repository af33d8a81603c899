/** A CEL expression. Operators are calls of their symbol: `_&&_`, `_==_`, `!_`, `-_`, `_?_:_`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly target: Expression; readonly field: string }
  | { readonly kind: 'index'; readonly target: Expression; readonly index: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly target: Expression | undefined;
      readonly args: readonly Expression[];
    };

/** A text that is no CEL. */
export class CelSyntaxError extends Error {
  override readonly name = 'CelSyntaxError';
}

const tokenPattern =
  /\s+|\/\/[^\n]*|([rR]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|(0x[0-9a-fA-F]+u?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+(?:[eE][+-]?\d+)|\d+u?)|([A-Za-z_]\w*)|(&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}])/gy;

interface Token {
  readonly type: 'string' | 'number' | 'word' | 'symbol' | 'end';
  readonly text: string;
}

/** @throws CelSyntaxError */
export function parseCel(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    end = match.index + match[0].length;
    const [, string, number, word, symbol] = match;
    if (string !== undefined) tokens.push({ type: 'string', text: string });
    else if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (word !== undefined) tokens.push({ type: 'word', text: word });
    else if (symbol !== undefined) tokens.push({ type: 'symbol', text: symbol });
  }
  if (end < text.length)
    throw new CelSyntaxError(`Syntax error: token recognition error at: '${text.slice(end, end + 1)}'`);
  return [...tokens, { type: 'end', text: '<EOF>' }];
}

/** The binary operators, those that bind least first. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    const condition = this.#binary(0);
    if (!this.#accept('?')) return condition;
    const yes = this.#binary(0);
    this.#expect(':');
    return call('_?_:_', [condition, yes, this.expression()]);
  }

  expectEnd(): void {
    if (this.#peek().type !== 'end') throw this.#unexpected();
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const { type, text } = this.#peek();
      if ((type !== 'symbol' && text !== 'in') || !operators.includes(text)) return left;
      this.#position += 1;
      left = call(`_${text}_`, [left, this.#binary(level + 1)]);
    }
  }

  #unary(): Expression {
    if (this.#accept('!')) return call('!_', [this.#unary()]);
    if (this.#accept('-')) return call('-_', [this.#unary()]);
    return this.#member();
  }

  #member(): Expression {
    let target = this.#primary();
    for (;;) {
      if (this.#accept('.')) {
        const field = this.#take('word').text;
        target = this.#accept('(')
          ? { kind: 'call', name: field, target, args: this.#list(')') }
          : { kind: 'select', target, field };
      } else if (this.#accept('[')) {
        const index = this.expression();
        this.#expect(']');
        target = { kind: 'index', target, index };
      } else return target;
    }
  }

  #primary(): Expression {
    const token = this.#peek();
    this.#position += 1;
    if (token.type === 'string') return { kind: 'literal', value: unquote(token.text) };
    if (token.type === 'number') return { kind: 'literal', value: Number(token.text.replace(/u$/, '')) };
    if (token.type === 'word') return this.#word(token.text);
    if (token.text === '(') {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#list(']') };
    if (token.text === '{') return { kind: 'map', entries: this.#entries() };
    this.#position -= 1;
    throw this.#unexpected();
  }

  #word(text: string): Expression {
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
    if (text === 'null') return { kind: 'literal', value: null };
    return this.#accept('(') ? call(text, this.#list(')')) : { kind: 'name', name: text };
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#accept(close)) {
      items.push(this.expression());
      if (!this.#accept(',') && this.#peek().text !== close) throw this.#unexpected();
    }
    return items;
  }

  #entries(): [Expression, Expression][] {
    const entries: [Expression, Expression][] = [];
    while (!this.#accept('}')) {
      const key = this.expression();
      this.#expect(':');
      entries.push([key, this.expression()]);
      if (!this.#accept(',') && this.#peek().text !== '}') throw this.#unexpected();
    }
    return entries;
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { type: 'end', text: '<EOF>' };
  }

  #accept(symbol: string): boolean {
    const { type, text } = this.#peek();
    if (type !== 'symbol' || text !== symbol) return false;
    this.#position += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) throw this.#unexpected();
  }

  #take(type: Token['type']): Token {
    const token = this.#peek();
    if (token.type !== type) throw this.#unexpected();
    this.#position += 1;
    return token;
  }

  #unexpected(): CelSyntaxError {
    return new CelSyntaxError(`Syntax error: mismatched input '${this.#peek().text}'`);
  }
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: 'call', name, target: undefined, args };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unquote(text: string): string {
  const isRaw = /^[rR]/.test(text);
  const quoted = isRaw ? text.slice(1) : text;
  const width = /^("""|''')/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(width, -width);
  if (isRaw) return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gs, (_all, escape: string) =>
    escape.length > 1 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : (escapes[escape] ?? escape),
  );
}
