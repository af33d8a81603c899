import { isBlankOrEnd, isBreak } from './characters.ts';
import { resolveTag } from './resolve.ts';

export type PrintedStyle = 'plain' | 'single' | 'double' | 'literal';

/** Short texts that need no further look: they begin with a letter, are longer than any word with a meaning, and are plain. */
const surelyPlain = /^[A-Za-z/][\w./$()+=<>;@-]{5,200}$/;

/** Numbers of base 60 in YAML 1.1, which go-yaml quotes although it reads them as text. */
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** All but LF, and what YAML prints as it is: no controls, tabs, U+FEFF, and nothing beyond the BMP. */
const special = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const leadingIndicators = '#,[]{}&*!|>\'"%@`';

/** Style in which go-yaml v2 prints a string as a value or as a key in `? ` form. */
export function chooseStyle(text: string): PrintedStyle {
  if (surelyPlain.test(text)) return 'plain';
  if (text.includes('\n')) return allowsBlock(text) ? 'literal' : 'double';
  if (mustQuote(text)) return 'double';
  if (allowsPlain(text)) return 'plain';
  return allowsSingle(text) ? 'single' : 'double';
}

/** Whether YAML 1.1 would read the text as something else than a string, so that it takes double quotes. */
function mustQuote(text: string): boolean {
  const tag = resolveTag(text, 'json');
  return (tag !== '!!str' && tag !== '!!merge') || (text.includes(':') && base60.test(text));
}

function allowsPlain(text: string): boolean {
  if (special.test(text) || text.startsWith(' ') || text.endsWith(' ')) return false;
  if (text.startsWith('---') || text.startsWith('...') || startsWithIndicator(text)) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3a /* : */ && i > 0 && (i + 1 === text.length || isBlankOrEnd(text.charCodeAt(i + 1)))) return false;
    if (code === 0x23 /* # */ && i > 0 && isBlankOrEnd(text.charCodeAt(i - 1))) return false;
    if (isBreak(code)) return false;
  }
  return true;
}

function startsWithIndicator(text: string): boolean {
  const first = text[0] ?? '';
  if (leadingIndicators.includes(first)) return true;
  return '?:-'.includes(first) && (text.length === 1 || isBlankOrEnd(text.charCodeAt(1)));
}

function allowsSingle(text: string): boolean {
  return !special.test(text) && !hasBreakBeforeSpace(text) && !hasSpaceBeforeBreak(text);
}

function allowsBlock(text: string): boolean {
  return !special.test(text) && !text.endsWith(' ') && !hasSpaceBeforeBreak(text);
}

function hasSpaceBeforeBreak(text: string): boolean {
  return / [\n\u0085\u2028\u2029]/.test(text);
}

function hasBreakBeforeSpace(text: string): boolean {
  return /[\n\u0085\u2028\u2029] /.test(text);
}
