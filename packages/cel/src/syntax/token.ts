/** The kinds of tokens in the order in which messages list them. */
const kinds = [
  '==', '!=', 'in', '<', '<=', '>=', '>', '&&', '||', '[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':', '+', '*',
  '/', '%', 'true', 'false', 'null', 'NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER', 'ESC_IDENTIFIER',
  'EOF',
] as const; // prettier-ignore

export type TokenKind = (typeof kinds)[number];

/** `offset` counts code points; `end` is the offset behind the token. */
export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
  readonly end: number;
  /** Blanks and comments in front of it. */
  readonly blank?: string;
};

/** Operators and punctuation, longer ones first. */
export const symbols: readonly TokenKind[] = kinds
  .slice(0, kinds.indexOf('true'))
  .filter((kind) => kind !== 'in')
  .toSorted((a, b) => b.length - a.length);

export const keywords: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

/** A set of kinds as messages name it: `IDENTIFIER`, or `{']', ','}`. */
export function formatKinds(set: ReadonlySet<TokenKind>): string {
  const names = kinds.filter((kind) => set.has(kind)).map(formatKind);
  return names.length === 1 ? (names[0] ?? '') : `{${names.join(', ')}}`;
}

function formatKind(kind: TokenKind): string {
  if (kind === 'EOF') return '<EOF>';
  return /^[A-Z]/.test(kind) ? kind : `'${kind}'`;
}
