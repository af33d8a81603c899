import { SubstitutionError } from './error.ts';
import type { Expression, Template } from './template.ts';

const maxDepth = 500;
const anyText = /(?:\$\$|\$(?!\{)|[^$]+)+/y;
const variableName = /[\p{L}\p{Nd}_]+/uy;
const toBrace = /(?:\$(?!\{)|[^$}]+)+/y;
const toColonOrBrace = /(?:\$(?!\{)|[^$:}]+)+/y;
const escapedToSlash = /(?:\$\$|\$(?!\{)|\\[\\/]?|[^$/\\]+)+/y;
const escapedToBrace = /(?:\$\$|\$(?!\{)|[^$}]+)+/y;

/**
 * Reads a text with expressions in it. Outside of expressions `$$` stands for `$`, and `$` alone for itself.
 * @throws SubstitutionError for a malformed expression
 */
export function parseTemplate(text: string): Template {
  const cursor = new Cursor(text);
  const template: (string | Expression)[] = [];
  while (!cursor.atEnd()) {
    const plain = cursor.take(anyText);
    if (plain !== '') template.push(plain.replaceAll('$$', () => '$'));
    if (cursor.skip('${')) template.push(parseExpression(cursor, 1));
  }
  return template;
}

/** A position in the text that only moves forward. */
class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** Moves past `expected` when the text goes on with it. */
  skip(expected: string): boolean {
    const found = this.#text.startsWith(expected, this.#at);
    if (found) this.#at += expected.length;
    return found;
  }

  /** Moves past what the sticky pattern matches here and returns it; empty when there is nothing. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

/** Reads from behind `${` to behind its `}`. */
function parseExpression(cursor: Cursor, depth: number): Expression {
  if (depth > maxDepth) throw new SubstitutionError(`expressions are nested deeper than ${maxDepth}`);
  if (cursor.skip('#')) return parseLength(cursor);
  const name = cursor.take(variableName);
  if (name === '') throw new SubstitutionError('unable to parse variable name');
  switch (cursor.peek()) {
    case ',':
    case '^':
      return close(cursor, { name, operator: cursor.take(/[,^]{1,2}/y), args: [] });
    case '#':
      return parseStrip(cursor, depth, name, cursor.take(/#{1,2}/y));
    case '%':
      return parseStrip(cursor, depth, name, cursor.take(/%{1,2}/y));
    case '/':
      return parseReplace(cursor, depth, name);
    case '=':
    case ':':
      return parseDefaultOrSubstring(cursor, depth, name);
    default:
      if (!cursor.skip('}')) throw new SubstitutionError('missing closing brace');
      return { name, operator: '', args: [] };
  }
}

function parseLength(cursor: Cursor): Expression {
  const name = cursor.take(variableName);
  if (name === '') throw new SubstitutionError('bad substitution');
  return close(cursor, { name, operator: 'length', args: [] });
}

function parseStrip(cursor: Cursor, depth: number, name: string, operator: string): Expression {
  return close(cursor, { name, operator, args: [parseArgument(cursor, depth, toBrace)] });
}

function parseReplace(cursor: Cursor, depth: number, name: string): Expression {
  const operator = cursor.take(/\/[/#%]?/y);
  const pattern = parseArgument(cursor, depth, escapedToSlash);
  if (cursor.take(/\/+/y) === '') throw new SubstitutionError('bad substitution');
  if (cursor.skip('}')) return { name, operator, args: [pattern] };
  return close(cursor, { name, operator, args: [pattern, parseArgument(cursor, depth, escapedToBrace)] });
}

function parseDefaultOrSubstring(cursor: Cursor, depth: number, name: string): Expression {
  const operator = cursor.take(/=|:[=?+-]?/y);
  return operator === ':' ? parseSubstring(cursor, depth, name) : parseDefault(cursor, depth, name, operator);
}

function parseSubstring(cursor: Cursor, depth: number, name: string): Expression {
  // Flux's reader loses its place here unless one ASCII character follows.
  if (!/[\x00-\x7f]/.test(cursor.peek())) throw new SubstitutionError('bad substitution');
  const position = parseArgument(cursor, depth, toColonOrBrace);
  if (cursor.skip('}')) return { name, operator: ':', args: [position] };
  if (cursor.take(/:+/y) === '') throw new SubstitutionError('bad substitution');
  return close(cursor, { name, operator: ':', args: [position, parseArgument(cursor, depth, toBrace)] });
}

/** A default is the only argument that may mix text and expressions. */
function parseDefault(cursor: Cursor, depth: number, name: string, operator: string): Expression {
  const parts: Template[] = [];
  while (!cursor.skip('}')) parts.push(parseArgument(cursor, depth, toBrace));
  return { name, operator, args: [parts.flat()] };
}

/** One piece of text or one expression. */
function parseArgument(cursor: Cursor, depth: number, text: RegExp): Template {
  if (cursor.skip('${')) return [parseExpression(cursor, depth + 1)];
  const found = cursor.take(text);
  if (found === '') throw new SubstitutionError('unable to parse substitution within function');
  return [text === escapedToSlash || text === escapedToBrace ? unescape(found) : found];
}

function unescape(text: string): string {
  return text.replaceAll(/\$(\$)|\\([\\/])/g, '$1$2');
}

function close(cursor: Cursor, expression: Expression): Expression {
  if (!cursor.skip('}')) throw new SubstitutionError('bad substitution');
  return expression;
}
