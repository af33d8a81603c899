import { RegexpError, compileRegexp, quoteMeta, type Regexp } from '@sluice/go-regexp';
import { define } from './define.ts';
import { FunctionError } from './error.ts';
import { goQuote } from './text.ts';
import { strings, type Func, type List } from './value.ts';

/** How a function deals with an invalid expression. */
type Compile = (source: string) => Regexp;

const match = (compile: Compile) => define(['string', 'string'], ([source, text]) => compile(source).test(text));
const find = (compile: Compile) =>
  define(['string', 'string'], ([source, text]) => compile(source).find(text)?.groups[0] ?? '');
const findAll = (compile: Compile) =>
  define(['string', 'string', 'int'], ([source, text, limit]) => {
    const matches = compile(source).findAll(text, limit < 0 ? Infinity : limit);
    return strings(matches.map(({ groups }) => groups[0] ?? ''));
  });
const replaceAll = (compile: Compile) =>
  define(['string', 'string', 'string'], ([source, text, by]) => compile(source).replaceAll(text, by));
const replaceAllLiteral = (compile: Compile) =>
  define(['string', 'string', 'string'], ([source, text, by]) => compile(source).replaceAll(text, () => by));
const split = (compile: Compile) =>
  define(['string', 'string', 'int'], ([source, text, limit]) => splitBy(compile(source), text, limit));

export const regexFunctions: Readonly<Record<string, Func>> = {
  regexMatch: define(['string', 'string'], ([source, text]) => {
    const regexp = tryCompile(source);
    return !(regexp instanceof RegexpError) && regexp.test(text);
  }),
  mustRegexMatch: match(orRefuse),
  regexFind: find(orPanic),
  mustRegexFind: find(orRefuse),
  regexFindAll: findAll(orPanic),
  mustRegexFindAll: findAll(orRefuse),
  regexReplaceAll: replaceAll(orPanic),
  mustRegexReplaceAll: replaceAll(orRefuse),
  regexReplaceAllLiteral: replaceAllLiteral(orPanic),
  mustRegexReplaceAllLiteral: replaceAllLiteral(orRefuse),
  regexSplit: split(orPanic),
  mustRegexSplit: split(orRefuse),
  regexQuoteMeta: define(['string'], ([text]) => quoteMeta(text)),
};

function tryCompile(source: string): Regexp | RegexpError {
  try {
    return compileRegexp(source);
  } catch (error) {
    if (error instanceof RegexpError) return error;
    throw error;
  }
}

function orRefuse(source: string): Regexp {
  const regexp = tryCompile(source);
  if (regexp instanceof RegexpError) throw new FunctionError(regexp.message);
  return regexp;
}

/** As Go's `MustCompile` complains. */
function orPanic(source: string): Regexp {
  const regexp = tryCompile(source);
  if (!(regexp instanceof RegexpError)) return regexp;
  const canBackquote = !/[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(source);
  throw new FunctionError(`regexp: Compile(${canBackquote ? `\`${source}\`` : goQuote(source)}): ${regexp.message}`);
}

/** Go's `Split`: an empty match at the very start separates nothing. */
function splitBy(regexp: Regexp, text: string, limit: number): List {
  if (limit === 0) return strings([]);
  if (regexp.source !== '' && text === '') return strings(['']);
  const parts: string[] = [];
  let [start, end] = [0, 0];
  for (const found of regexp.findAll(text, limit < 0 ? Infinity : limit)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = found.start;
    if (found.end !== 0) parts.push(text.slice(start, end));
    start = found.end;
  }
  if (end !== text.length) parts.push(text.slice(start));
  return strings(parts);
}
