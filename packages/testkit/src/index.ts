export { corpusMissing, corpusPath } from './corpus.ts';
