export {
  AliasNode,
  MappingNode,
  ScalarNode,
  SequenceNode,
  copyNode,
  stringNode,
  type Comments,
  type Node,
  type ScalarStyle,
  type Source,
} from './node.ts';
export { YamlError } from './error.ts';

// Text to trees
export { type Setting } from './cursor.ts';
export { parseDocument, type Document, type ReadOptions } from './read.ts';
export { parseAllDocuments, splitDocuments, type Piece } from './documents.ts';
export { expandAliases } from './expand.ts';
export { attachComments } from './comments.ts';
export { resolvePlain, resolveTag, resolveTagged, type Resolved } from './resolve.ts';

// Trees to data and back
export { type Data, type DataObject } from './data.ts';
export { toBuildData } from './build-data.ts';
export { toData } from './json-data.ts';
export { fromData } from './from-data.ts';

// Data to text
export { stringify, stringifyAll } from './write.ts';
export { isYaml11String } from './yaml11.ts';
export { compareKeys } from './key-order.ts';
export { formatGoFloat, isPrintedAsInteger } from './numbers.ts';
export { toJson } from './json.ts';
