/**
 * The paths of keys that JSON text gives more than once in an object, as `spec.ports[0].name`.
 * The text is known to parse.
 */
export function duplicateKeys(text: string): string[] {
  // The parsed value knows nothing of them; scanning is only worth it when counting shows that keys were lost.
  const scanner = new DuplicateScanner(text);
  scanner.scan();
  return scanner.found;
}

interface Frame {
  readonly path: string;
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** The path of the value that comes next. */
  next: string;
  index: number;
}

/** Walks the tokens of JSON text: strings, and the characters that open, separate and close. */
class DuplicateScanner {
  readonly found: string[] = [];
  readonly #text: string;
  readonly #stack: Frame[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): void {
    const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
    let lastString = '';
    for (const [lexeme] of this.#text.matchAll(token)) {
      switch (lexeme) {
        case '{':
        case '[':
          this.#open(lexeme === '{');
          break;
        case '}':
        case ']':
          this.#stack.pop();
          break;
        case ',':
          this.#advance();
          break;
        case ':':
          this.#key(lastString);
          break;
        default:
          lastString = lexeme;
      }
    }
  }

  #open(isObject: boolean): void {
    const parent = this.#stack.at(-1);
    const path = parent === undefined ? '' : parent.next;
    const frame = { path, keys: isObject ? new Set<string>() : undefined, next: '', index: 0 };
    frame.next = isObject ? '' : `${path}[0]`;
    this.#stack.push(frame);
  }

  #advance(): void {
    const frame = this.#stack.at(-1);
    if (frame === undefined || frame.keys !== undefined) return;
    frame.index += 1;
    frame.next = `${frame.path}[${frame.index}]`;
  }

  #key(lexeme: string): void {
    const frame = this.#stack.at(-1);
    if (frame?.keys === undefined) return;
    const key = JSON.parse(lexeme) as string;
    frame.next = frame.path === '' ? key : `${frame.path}.${key}`;
    if (frame.keys.has(key)) this.found.push(frame.next);
    frame.keys.add(key);
  }
}
