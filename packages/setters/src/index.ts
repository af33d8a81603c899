export { type ObjectIdentity } from './documents.ts';
export { markerToken, readMarker } from './marker.ts';
export { setFile, type Change, type Problem, type SetFileResult } from './set-file.ts';
export { maySetFile, setFiles, type SetResult } from './set-files.ts';
export { ImageRefError, buildSetters, type PolicyImage, type Setters } from './setter-values.ts';
