import { KustomizeError } from './errors.ts';
import { quoted } from './go-text.ts';

/** A Kubernetes label selector: all requirements must hold. */
export type LabelSelector = (labels: ReadonlyMap<string, string>) => boolean;

/**
 * Reads `a=b,c in (d,e),!f,g>1`; the empty text matches everything.
 * @throws KustomizeError with upstream's text
 */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = new Parser(scan(text)).parse();
  return (labels) => requirements.every((requirement) => requirement(labels));
}

type Requirement = LabelSelector;

interface Token {
  readonly type: 'word' | 'in' | 'notin' | 'symbol' | 'end' | 'error';
  readonly text: string;
}

const symbols = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [match] of text.matchAll(/[^\s=!(),<>]+|==|!=|[=!(),<>]/g)) {
    if (match === 'in' || match === 'notin') tokens.push({ type: match, text: match });
    else tokens.push({ type: symbols.has(match) ? 'symbol' : 'word', text: match });
  }
  return [...tokens, { type: 'end', text: '' }];
}

class Parser {
  readonly #tokens: Token[];
  #position = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const next = this.#peek();
      if (next.type === 'end') return requirements;
      if (!startsRequirement(next)) throw unexpected(next, `expected: !, identifier, or 'end of string'`);
      try {
        requirements.push(this.#requirement());
      } catch (error) {
        if (!(error instanceof KustomizeError)) throw error;
        throw error.prefixed('unable to parse requirement');
      }
      const separator = this.#take();
      if (separator.type === 'end') return requirements;
      if (separator.text !== ',') throw unexpected(separator, `expected: ',' or 'end of string'`);
      if (!startsRequirement(this.#peek())) throw unexpected(this.#peek(), `expected: identifier after ','`);
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().text === '!';
    if (negated) this.#take();
    const key = this.#take();
    if (!isWord(key)) throw unexpected(key, 'expected: identifier');
    checkKey(key.text);
    const next = this.#peek();
    const isLast = next.type === 'end' || next.text === ',';
    if (negated) return (labels) => !labels.has(key.text);
    if (isLast) return (labels) => labels.has(key.text);
    return this.#comparison(key.text, this.#take());
  }

  #comparison(key: string, operator: Token): Requirement {
    switch (operator.text) {
      case 'in':
        return oneOf(key, this.#values(), true);
      case 'notin':
        return oneOf(key, this.#values(), false);
      case '=':
      case '==':
        return oneOf(key, new Set([this.#value()]), true);
      case '!=':
        return oneOf(key, new Set([this.#value()]), false);
      case '>':
      case '<':
        return compare(key, operator.text, this.#value());
      default:
        throw unexpected(operator, `expected: '=', '!=', '==', 'in', notin'`);
    }
  }

  #value(): string {
    const next = this.#peek();
    if (next.type === 'end' || next.text === ',') return '';
    const token = this.#take();
    if (!isWord(token)) throw unexpected(token, 'expected: identifier');
    return token.text;
  }

  #values(): Set<string> {
    const open = this.#take();
    if (open.text !== '(') throw new KustomizeError(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    let wantsValue = true;
    for (;;) {
      const token = this.#take();
      if (token.text === ')') {
        if (wantsValue) values.add('');
        return values;
      }
      if (token.text === ',') {
        if (wantsValue) values.add('');
        wantsValue = true;
      } else if (isWord(token) && wantsValue) {
        values.add(token.text);
        wantsValue = false;
      } else {
        throw unexpected(token, wantsValue ? `expected: ',', ')' or identifier` : `expected: ',' or ')'`);
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { type: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#position++;
    return token;
  }
}

function isWord({ type }: Token): boolean {
  return type === 'word' || type === 'in' || type === 'notin';
}

function startsRequirement(token: Token): boolean {
  return isWord(token) || token.text === '!';
}

function oneOf(key: string, values: ReadonlySet<string>, wanted: boolean): Requirement {
  return (labels) => {
    const value = labels.get(key);
    return value === undefined ? !wanted : values.has(value) === wanted;
  };
}

function compare(key: string, operator: string, bound: string): Requirement {
  const limit = parseInteger(bound);
  if (limit === undefined) {
    throw new KustomizeError(`for 'Gt', 'Lt' operators, the value must be an integer`);
  }
  return (labels) => {
    const value = parseInteger(labels.get(key) ?? '');
    if (value === undefined) return false;
    return operator === '>' ? value > limit : value < limit;
  };
}

function parseInteger(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
}

function checkKey(key: string): void {
  const name = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const rest = slash < 0 ? key : key.slice(slash + 1);
  const prefixOk =
    prefix === undefined || /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(prefix);
  if (prefixOk && rest.length <= 63 && name.test(rest)) return;
  throw new KustomizeError(`invalid label key ${quoted(key)}`);
}

function unexpected(token: Token, expected: string): KustomizeError {
  return new KustomizeError(`found '${token.text}', ${expected}`);
}
