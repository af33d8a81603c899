import { TemplateParseError } from './error.ts';
import { Lexer, isKeyword, type Token, type TokenKind } from './lex.ts';
import { source, type Branch, type Command, type Operand, type Pipe, type Statement } from './nodes.ts';
import { parseNumber } from './number-literal.ts';
import { goQuote, unquote } from './text.ts';

/** A parsed template with all that it defines. */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly definitions: ReadonlyMap<string, readonly Statement[]>;
}

/**
 * Parses as Go's text/template.
 * @param functions names of the functions there are
 * @throws TemplateParseError with Go's text, in which `name` stands
 */
export function parseTemplate(name: string, text: string, functions: ReadonlySet<string>): Template {
  const definitions = new Map<string, readonly Statement[]>();
  new Parser({ name, lexer: new Lexer(text), functions, definitions }, name).parseAll();
  return { name, text, definitions };
}

interface Shared {
  readonly name: string;
  readonly lexer: Lexer;
  readonly functions: ReadonlySet<string>;
  readonly definitions: Map<string, readonly Statement[]>;
}

/** What ends a list of statements. */
type Ending = { readonly kind: 'end' | 'else' };

const operandKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/** How deep parentheses and blocks may nest. */
const maxDepth = 500;

/** Parses one template: the whole, or one that `define` or `block` names. The tokens are shared. */
class Parser {
  readonly #shared: Shared;
  #name: string;
  /** The last token read, and up to two pushed back. */
  readonly #tokens: Token[] = [];
  #peeked = 0;
  #variables = ['$'];
  #ranges = 0;
  #actionLine = 0;
  #depth = 0;

  constructor(shared: Shared, name: string) {
    this.#shared = shared;
    this.#name = name;
  }

  parseAll(): void {
    const list: Statement[] = [];
    while (this.#peek().kind !== 'eof') {
      if (this.#peek().kind === 'leftDelim') {
        const delim = this.#next();
        if (this.#nextNonSpace().kind === 'define') {
          new Parser(this.#shared, '').#parseDefinition();
          continue;
        }
        this.#backup2(delim);
      }
      const node = this.#textOrAction();
      if (isEnding(node)) this.#fail(`unexpected {{${node.kind}}}`);
      list.push(node);
    }
    this.#add(list);
  }

  #parseDefinition(): void {
    const context = 'define clause';
    this.#name = this.#templateName(this.#nextNonSpace(), context);
    this.#expect('rightDelim', context);
    this.#parseBody(context);
  }

  #parseBody(context: string): void {
    const { list, ending } = this.#itemList();
    if (ending.kind !== 'end') this.#fail(`unexpected {{${ending.kind}}} in ${context}`);
    this.#add(list);
  }

  #add(list: readonly Statement[]): void {
    const { definitions } = this.#shared;
    const known = definitions.get(this.#name);
    if (known === undefined || isBlank(known)) definitions.set(this.#name, list);
    else if (!isBlank(list)) this.#fail(`template: multiple definition of template ${goQuote(this.#name)}`);
  }

  #itemList(): { list: Statement[]; ending: Ending } {
    const list: Statement[] = [];
    while (this.#peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction();
      if (isEnding(node)) return { list, ending: node };
      list.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Statement | Ending {
    const token = this.#nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', start: token.start, text: token.text };
    if (token.kind !== 'leftDelim') return this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Statement | Ending {
    const token = this.#nextNonSpace();
    switch (token.kind) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token.kind, token.start);
      case 'else':
        return this.#else();
      case 'end':
        this.#expect('rightDelim', 'end');
        return { kind: 'end' };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.kind);
      case 'template':
        return this.#template();
      default: {
        this.#backup();
        const { start } = this.#peek();
        return { kind: 'action', start, pipe: this.#pipeline('command', 'rightDelim') };
      }
    }
  }

  #jump(kind: 'break' | 'continue', start: number): Statement {
    const token = this.#nextNonSpace();
    if (token.kind !== 'rightDelim') this.#unexpected(token, `{{${kind}}}`);
    if (this.#ranges === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, start };
  }

  #else(): Ending {
    const { kind } = this.#peekNonSpace();
    // `{{else if …}}` reads as `{{else}}{{if …}}`: what follows is left for the branch.
    if (kind !== 'if' && kind !== 'with') this.#expect('rightDelim', 'else');
    return { kind: 'else' };
  }

  #branch(kind: Branch['kind']): Branch {
    this.#enter();
    const known = this.#variables.length;
    const pipe = this.#pipeline(kind, 'rightDelim');
    if (kind === 'range') this.#ranges++;
    const { list, ending } = this.#itemList();
    if (kind === 'range') this.#ranges--;
    const otherwise = ending.kind === 'else' ? this.#otherwise(kind) : undefined;
    this.#variables.length = known;
    this.#depth--;
    return { kind, start: pipe.start, pipe, list, otherwise };
  }

  #otherwise(kind: Branch['kind']): readonly Statement[] {
    if (kind !== 'range' && this.#peek().kind === kind) {
      this.#next();
      return [this.#branch(kind)];
    }
    const { list, ending } = this.#itemList();
    if (ending.kind !== 'end') this.#fail(`expected end; found {{${ending.kind}}}`);
    return list;
  }

  #block(): Statement {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelim');
    new Parser(this.#shared, name).#parseBody(context);
    return templateNode(token, name, pipe);
  }

  #template(): Statement {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    if (this.#nextNonSpace().kind === 'rightDelim') return templateNode(token, name, undefined);
    this.#backup();
    return templateNode(token, name, this.#pipeline(context, 'rightDelim'));
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') return this.#unexpected(token, context);
    return unquote(token.text) ?? this.#fail('invalid syntax');
  }

  #pipeline(context: string, end: TokenKind): Pipe {
    this.#enter();
    const { start } = this.#peekNonSpace();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.kind === end) break;
      if (!operandKinds.has(token.kind)) this.#unexpected(token, context);
      this.#backup();
      commands.push(this.#command());
    }
    this.#checkCommands(commands, context);
    this.#depth--;
    return { kind: 'pipe', start, variables, isAssignment, commands };
  }

  #declarations(context: string): { variables: string[]; isAssignment: boolean } {
    const variables: string[] = [];
    while (this.#peekNonSpace().kind === 'variable') {
      const variable = this.#next();
      // Blanks are tokens, and an argument such as `$x` in `f $x y` has to be pushed back with the one behind it.
      const after = this.#peek();
      const next = this.#peekNonSpace();
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.#nextNonSpace();
        variables.push(variable.text);
        this.#variables.push(variable.text);
        return { variables, isAssignment: next.kind === 'assign' };
      }
      if (next.kind !== 'char' || next.text !== ',') {
        if (after.kind === 'space') this.#backup3(variable, after);
        else this.#backup2(variable);
        return { variables, isAssignment: false };
      }
      this.#nextNonSpace();
      variables.push(variable.text);
      this.#variables.push(variable.text);
      if (context !== 'range' || variables.length > 1) this.#fail(`too many declarations in ${context}`);
      if (!['variable', 'rightDelim', 'rightParen'].includes(this.#peekNonSpace().kind)) {
        this.#fail('range can only initialize variables');
      }
    }
    return { variables, isAssignment: false };
  }

  #checkCommands(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    commands.forEach(({ operands }, index) => {
      const isConstant = ['bool', 'dot', 'nil', 'number', 'string'].includes(operands[0]?.kind ?? '');
      if (index > 0 && isConstant) this.#fail(`non executable command in pipeline stage ${index + 1}`);
    });
  }

  #command(): Command {
    const { start } = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelim' || token.kind === 'rightParen') this.#backup();
      else if (token.kind !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) this.#fail('empty command');
    return { kind: 'command', start, operands };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#peek().kind !== 'field') return term;
    const { start } = this.#peek();
    const names: string[] = [];
    while (this.#peek().kind === 'field') names.push(this.#next().text.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { kind: term.kind, start, names: [...term.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
        return this.#fail(`unexpected . after term ${goQuote(term.kind === 'bool' ? String(term.value) : term.text)}`);
      case 'dot':
      case 'nil':
        return this.#fail(`unexpected . after term ${goQuote(term.kind === 'dot' ? '.' : 'nil')}`);
      default:
        return { kind: 'chain', start, of: term, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { start, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#shared.functions.has(text)) this.#fail(`function ${goQuote(text)} not defined`);
        return { kind: 'identifier', start, name: text };
      case 'dot':
      case 'nil':
        return { kind: token.kind, start };
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${goQuote(text)}`);
        return { kind: 'variable', start, names: [text] };
      case 'field':
        return { kind: 'field', start, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', start, value: text === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number':
        return { kind: 'number', start, text, number: this.#number(text, token.kind) };
      case 'leftParen':
        return this.#pipeline('parenthesized pipeline', 'rightParen');
      case 'string':
      case 'rawString':
        return { kind: 'string', start, text, value: unquote(text) ?? this.#fail('invalid syntax') };
      default:
        this.#backup();
        return undefined;
    }
  }

  #number(text: string, kind: 'charConstant' | 'complex' | 'number') {
    try {
      return parseNumber(text, kind);
    } catch (error) {
      if (error instanceof TemplateParseError) return this.#fail(error.message);
      throw error;
    }
  }

  #next(): Token {
    if (this.#peeked > 0) this.#peeked--;
    else this.#tokens[0] = this.#shared.lexer.next();
    return this.#tokens[this.#peeked]!;
  }

  #peek(): Token {
    if (this.#peeked > 0) return this.#tokens[this.#peeked - 1]!;
    this.#peeked = 1;
    this.#tokens[0] = this.#shared.lexer.next();
    return this.#tokens[0];
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.kind === 'space') token = this.#next();
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#backup();
    return token;
  }

  #backup(): void {
    this.#peeked++;
  }

  /** Pushes back `token`, behind which comes the last one read. */
  #backup2(token: Token): void {
    this.#tokens[1] = token;
    this.#peeked = 2;
  }

  #backup3(first: Token, second: Token): void {
    this.#tokens[1] = second;
    this.#tokens[2] = first;
    this.#peeked = 3;
  }

  #expect(kind: TokenKind, context: string): void {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.#fail(`unexpected ${describe(token)} in ${context}`);
    const isElsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line;
    const inAction = token.text.endsWith(' action') ? '' : ' in action';
    const started = ` started at ${this.#shared.name}:${this.#actionLine}`;
    return this.#fail(token.text + (isElsewhere ? inAction + started : ''));
  }

  #enter(): void {
    if (++this.#depth > maxDepth) this.#fail('the template nests too deeply');
  }

  #fail(message: string): never {
    throw new TemplateParseError(`template: ${this.#shared.name}:${this.#tokens[0]?.line ?? 1}: ${message}`);
  }
}

function isEnding(node: Statement | Ending): node is Ending {
  return node.kind === 'end' || node.kind === 'else';
}

function isBlank(list: readonly Statement[]): boolean {
  return list.every((node) => node.kind === 'text' && node.text.trim() === '');
}

function templateNode({ start }: Token, name: string, pipe: Pipe | undefined): Statement {
  const node = { kind: 'template', start, name, pipe } as const;
  return { ...node, text: `{{template ${goQuote(name)}${pipe === undefined ? '' : ` ${source(pipe)}`}}}` };
}

function describe({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF';
  if (isKeyword(kind)) return `<${text}>`;
  return Array.from(text).length > 10 ? `${goQuote(Array.from(text).slice(0, 10).join(''))}...` : goQuote(text);
}
