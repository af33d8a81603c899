export { expandTemplate, type Match } from './match.ts';
export { compileRegexp, RegexpError, type Regexp } from './regexp.ts';
export { quoteMeta } from './quote.ts';
