export { compileGlob, type GlobMatcher } from './match.ts';
