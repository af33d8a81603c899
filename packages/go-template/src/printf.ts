import { formatFloat } from './float.ts';
import { goQuote, hex, isPrintable } from './text.ts';
import { Complex, Dict, Float, Int, List, Struct, sortedEntries, typeOf, type Value } from './value.ts';

/** Flags, width and precision of one verb. */
interface Spec {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
}

const plain: Spec = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};

/** What `fmt.Sprint` prints: a space between two operands of which neither is a string. */
export function sprint(args: readonly Value[]): string {
  let text = '';
  args.forEach((arg, index) => {
    const isApart = index > 0 && typeof arg !== 'string' && typeof args[index - 1] !== 'string';
    text += (isApart ? ' ' : '') + toText(arg);
  });
  return text;
}

export function sprintln(args: readonly Value[]): string {
  return `${args.map(toText).join(' ')}\n`;
}

/** What `%v` prints. */
export function toText(value: Value): string {
  return formatArg(value, 'v', plain);
}

/** What `fmt.Sprintf` prints. */
export function sprintf(format: string, args: readonly Value[]): string {
  return new Formatter(format, args).run();
}

class Formatter {
  readonly #chars: readonly string[];
  readonly #args: readonly Value[];
  #at = 0;
  #arg = 0;
  /** Whether an index such as `[2]` was used: then surplus arguments are not complained about. */
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(format: string, args: readonly Value[]) {
    this.#chars = Array.from(format);
    this.#args = args;
  }

  run(): string {
    let text = '';
    while (this.#at < this.#chars.length) {
      const char = this.#chars[this.#at++]!;
      text += char === '%' ? this.#verb() : char;
    }
    return text + this.#extra();
  }

  #verb(): string {
    this.#goodIndex = true;
    this.#afterIndex = false;
    const { spec, bad } = this.#readSpec();
    const verb = this.#chars[this.#at++];
    if (verb === undefined) return `${bad}%!(NOVERB)`;
    return bad + this.#print(verb, spec);
  }

  #print(verb: string, spec: Spec): string {
    if (verb === '%') return '%';
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#arg >= this.#args.length) return `%!${verb}(MISSING)`;
    return formatArg(this.#args[this.#arg++] ?? null, verb, spec);
  }

  #readSpec(): { spec: Spec; bad: string } {
    const spec = { ...plain };
    let bad = '';
    this.#readFlags(spec);
    this.#readIndex();
    if (this.#chars[this.#at] === '*') {
      this.#at++;
      const width = this.#starArgument();
      if (width === undefined) bad += '%!(BADWIDTH)';
      else if (width < 0) Object.assign(spec, { width: -width, minus: true, zero: false });
      else spec.width = width;
      this.#afterIndex = false;
    } else {
      spec.width = this.#readNumber();
      if (this.#afterIndex && spec.width !== undefined) this.#goodIndex = false;
    }
    if (this.#chars[this.#at] === '.') bad += this.#readPrecision(spec);
    if (!this.#afterIndex) this.#readIndex();
    return { spec, bad };
  }

  #readFlags(spec: Spec): void {
    for (; ; this.#at++) {
      const char = this.#chars[this.#at];
      if (char === '#') spec.sharp = true;
      else if (char === '0') spec.zero = true;
      else if (char === '+') spec.plus = true;
      else if (char === '-') spec.minus = true;
      else if (char === ' ') spec.space = true;
      else return;
    }
  }

  #readPrecision(spec: Spec): string {
    this.#at++;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#readIndex();
    if (this.#chars[this.#at] !== '*') {
      spec.precision = this.#readNumber() ?? 0;
      return '';
    }
    this.#at++;
    const precision = this.#starArgument();
    if (precision !== undefined && precision >= 0) spec.precision = precision;
    this.#afterIndex = false;
    return precision === undefined || precision < 0 ? '%!(BADPREC)' : '';
  }

  #readNumber(): number | undefined {
    const start = this.#at;
    while (/^[0-9]$/.test(this.#chars[this.#at] ?? '')) this.#at++;
    const digits = this.#chars.slice(start, this.#at).join('');
    return digits === '' ? undefined : Math.min(Number(digits), 1_000_000);
  }

  #readIndex(): void {
    if (this.#chars[this.#at] !== '[') return;
    this.#reordered = true;
    const close = this.#chars.indexOf(']', this.#at);
    const index = Number(this.#chars.slice(this.#at + 1, close < 0 ? this.#at + 1 : close).join('') || 'NaN');
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    if (Number.isInteger(index) && index >= 1 && index <= this.#args.length) {
      this.#arg = index - 1;
      this.#afterIndex = true;
    } else this.#goodIndex = false;
  }

  #starArgument(): number | undefined {
    const arg = this.#args[this.#arg++];
    return arg instanceof Int && Math.abs(Number(arg.value)) <= 1_000_000 ? Number(arg.value) : undefined;
  }

  #extra(): string {
    if (this.#reordered || this.#arg >= this.#args.length) return '';
    const rest = this.#args.slice(this.#arg).map((arg) => (arg === null ? '<nil>' : `${typeOf(arg)}=${toText(arg)}`));
    return `%!(EXTRA ${rest.join(', ')})`;
  }
}

function formatArg(value: Value, verb: string, spec: Spec): string {
  if (verb === 'T') return pad(typeOf(value), spec);
  if (value === null) return verb === 'v' ? pad('<nil>', spec) : badVerb(value, verb);
  return format(value, verb, spec);
}

function format(value: Value, verb: string, spec: Spec): string {
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? pad(String(value), spec) : badVerb(value, verb);
  if (typeof value === 'string') return formatString(value, verb, spec);
  if (value instanceof Int) return formatInt(value, verb, spec);
  if (value instanceof Float) return formatFloatArg(value, verb, spec);
  if (value instanceof Complex) return formatComplex(value, verb, spec);
  if (value === null) return verb === 'v' ? pad('<nil>', spec) : '%!' + verb + '(<nil>)';
  return formatCompound(value, verb, spec);
}

function badVerb(value: Value, verb: string): string {
  return value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeOf(value)}=${format(value, 'v', plain)})`;
}

function pad(text: string, { width = 0, minus, zero }: Spec): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}

function formatString(value: string, verb: string, spec: Spec): string {
  const cut = spec.precision === undefined ? value : Array.from(value).slice(0, spec.precision).join('');
  switch (verb) {
    case 'v':
      return spec.sharp ? quoteText(cut, { ...spec, sharp: false }) : pad(cut, spec);
    case 's':
      return pad(cut, spec);
    case 'q':
      return quoteText(cut, spec);
    case 'x':
    case 'X':
      return pad(hexBytes(Buffer.from(value), verb, spec), spec);
    default:
      return badVerb(value, verb);
  }
}

function quoteText(text: string, spec: Spec): string {
  const canBackquote = !/[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(text);
  if (spec.sharp && canBackquote) return pad(`\`${text}\``, spec);
  return pad(goQuote(text, { ascii: spec.plus }), spec);
}

function hexBytes(bytes: Uint8Array, verb: string, { precision, space, sharp }: Spec): string {
  const pairs = Array.from(precision === undefined ? bytes : bytes.subarray(0, precision), (byte) => hex(byte, 2));
  const prefix = sharp ? '0x' : '';
  const text = space ? pairs.map((pair) => prefix + pair).join(' ') : pairs.length === 0 ? '' : prefix + pairs.join('');
  return verb === 'X' ? text.toUpperCase() : text;
}

function formatInt(value: Int, verb: string, spec: Spec): string {
  const isUnsigned = value.type.startsWith('u');
  switch (verb) {
    case 'v':
      if (spec.sharp && isUnsigned) return integer(value.value, 16, 'x', { ...spec, sharp: true });
      return integer(value.value, 10, verb, { ...spec, sharp: false });
    case 'd':
      return integer(value.value, 10, verb, spec);
    case 'b':
      return integer(value.value, 2, verb, spec);
    case 'o':
    case 'O':
      return integer(value.value, 8, verb, spec);
    case 'x':
    case 'X':
      return integer(value.value, 16, verb, spec);
    case 'c':
      return pad(characterOf(value.value), spec);
    case 'q':
      return pad(goQuote(characterOf(value.value), { quote: "'", ascii: spec.plus }), spec);
    case 'U':
      return pad(codePoint(value.value, spec), { ...spec, zero: false });
    default:
      return badVerb(value, verb);
  }
}

function integer(value: bigint, base: number, verb: string, spec: Spec): string {
  const { precision, zero, minus, width, plus, space, sharp } = spec;
  const sign = value < 0n ? '-' : plus ? '+' : space ? ' ' : '';
  if (precision === 0 && value === 0n) return pad('', { ...spec, zero: false });
  let digits = (value < 0n ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  const least = precision ?? (zero && !minus && width !== undefined ? width - sign.length : 0);
  digits = digits.padStart(Math.min(least, 1_000_000), '0');
  const prefixes: Readonly<Record<string, string>> = {
    b: '0b',
    x: '0x',
    X: '0X',
    o: digits.startsWith('0') ? '' : '0',
  };
  const prefix = (sharp ? (prefixes[verb] ?? '') : '') + (verb === 'O' ? '0o' : '');
  return pad(sign + prefix + digits, { ...spec, zero: false });
}

function characterOf(code: bigint): string {
  const isCharacter = code >= 0n && code <= 0x10ffffn && !(code >= 0xd800n && code < 0xe000n);
  return isCharacter ? String.fromCodePoint(Number(code)) : '\ufffd';
}

function codePoint(code: bigint, { sharp, precision = 4 }: Spec): string {
  const text = `U+${BigInt.asUintN(64, code).toString(16).toUpperCase().padStart(Math.max(precision, 4), '0')}`;
  const char = characterOf(code);
  return sharp && code >= 0n && isPrintable(char) ? `${text} '${char}'` : text;
}

const defaultPrecision: Readonly<Record<string, number>> = {
  e: 6,
  E: 6,
  f: 6,
  F: 6,
  g: -1,
  G: -1,
  x: -1,
  X: -1,
  b: -1,
};

function formatFloatArg(value: Float, verb: string, spec: Spec): string {
  const kind = verb === 'v' ? 'g' : verb;
  const precision = defaultPrecision[kind];
  if (precision === undefined) return badVerb(value, verb);
  return float(value.value, kind, { ...spec, sharp: verb !== 'v' && spec.sharp }, precision);
}

function float(value: number, verb: string, spec: Spec, otherwise: number): string {
  let text = formatFloat(value, verb, spec.precision ?? otherwise);
  if (!/^[+-]/.test(text)) text = `+${text}`;
  if (spec.space && text.startsWith('+') && !spec.plus) text = ` ${text.slice(1)}`;
  if (/^.[IN]/.test(text)) {
    if (text[1] === 'N' && !spec.space && !spec.plus) text = text.slice(1);
    return pad(text, { ...spec, zero: false });
  }
  if (spec.sharp && verb !== 'b') text = withPoint(text, verb, spec.precision);
  if (!spec.plus && text.startsWith('+')) return pad(text.slice(1), spec);
  const { zero, minus, width = 0 } = spec;
  if (zero && !minus && width > text.length) return text[0] + '0'.repeat(width - text.length) + text.slice(1);
  return pad(text, spec);
}

/** With `#` there is always a point, and `g` keeps its zeros. */
function withPoint(text: string, verb: string, precision = 6): string {
  const [, sign = '', number = '', tail = ''] = /^([+ -]?(?:0x)?)([0-9a-fA-F.]*?)([eEpP][+-]\d+)?$/.exec(text) ?? [];
  const pointed = number.includes('.') ? number : `${number}.`;
  if (verb !== 'g' && verb !== 'G') return sign + pointed + tail;
  const missing = precision - pointed.replace(/^0*\.?0*|\./g, '').length;
  return sign + pointed + '0'.repeat(Math.max(missing, 0)) + tail;
}

function formatComplex({ real, imaginary }: Complex, verb: string, spec: Spec): string {
  const kind = verb === 'v' ? 'g' : verb;
  const precision = defaultPrecision[kind];
  if (precision === undefined) return badVerb(new Complex(real, imaginary), verb);
  return `(${float(real, kind, spec, precision)}${float(imaginary, kind, { ...spec, plus: true }, precision)}i)`;
}

function formatCompound(value: List | Dict | Struct, verb: string, spec: Spec): string {
  if (verb === 'v' && spec.sharp) return goSyntax(value);
  if (value instanceof Struct) {
    const isText = 'vsqxX'.includes(verb) && value.text !== undefined;
    return isText
      ? formatString(value.text ?? '', verb, { ...spec, sharp: verb !== 'v' && spec.sharp })
      : formatStruct(value, verb, spec);
  }
  if (value instanceof Dict) {
    const pairs = sortedEntries(value).map(([key, entry]) => `${nested(key, verb, spec)}:${nested(entry, verb, spec)}`);
    return `map[${pairs.join(' ')}]`;
  }
  return `[${value.items.map((item) => nested(item, verb, spec)).join(' ')}]`;
}

function formatStruct({ type, fields }: Struct, verb: string, spec: Spec): string {
  const shown = fields.map(({ name, value }) => {
    const text = nested(value, verb, spec);
    return verb === 'v' && spec.plus ? `${name}:${text}` : text;
  });
  return `${type.startsWith('*') ? '&' : ''}{${shown.join(' ')}}`;
}

function nested(value: Value, verb: string, spec: Spec): string {
  // A nil inside of something is printed so, whatever the verb.
  if (value === null) return verb === 'v' ? pad('<nil>', spec) : `%!${verb}(<nil>)`;
  // With `%+v` the plus asks for names of fields, not for signs.
  const inner = verb === 'v' && !(value instanceof Struct || value instanceof List || value instanceof Dict);
  return format(value, verb, inner ? { ...spec, plus: false } : spec);
}

/** What `%#v` prints. */
function goSyntax(value: Value): string {
  if (value === null) return 'interface {}(nil)';
  if (value instanceof List) return `${typeOf(value)}{${value.items.map(goSyntax).join(', ')}}`;
  if (value instanceof Dict) {
    return `${typeOf(value)}{${sortedEntries(value)
      .map(([key, entry]) => `${goSyntax(key)}:${goSyntax(entry)}`)
      .join(', ')}}`;
  }
  if (value instanceof Struct) {
    return `${value.type}{${value.fields.map(({ name, value: field }) => `${name}:${goSyntax(field)}`).join(', ')}}`;
  }
  return format(value, 'v', { ...plain, sharp: true });
}
