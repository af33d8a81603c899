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

export { parseDocument, type Document, type ReadOptions } from './read.ts';
export { type Setting } from './cursor.ts';
export { YamlError } from './error.ts';
export { resolvePlain, resolveTag, resolveTagged, type Resolved } from './resolve.ts';

// Announced, bodies follow:
//
// class YamlError extends Error { message: 'yaml: line 3: …' (upstream's text); file?: string; line: number; column: number; /** 'FILE:L:C' */ where: string }
//
// interface Document { root: Node | undefined /* empty text */; text: string; source: Source; comments: readonly number[] }
// interface ReadOptions { setting?: 'build' | 'json' /* default build */; file?: string; firstLine?: number }
// parseDocument(text: string, options?: ReadOptions): Document              first document of the text, like go-yaml
// splitDocuments(text: string): { text: string; firstLine: number }[]      engine §4-1; throws on a bad separator
// parseAllDocuments(text: string, options?: ReadOptions): Document[]        split + parse; empty and null ones skipped
// expandAliases(root: Node): Node                                           engine §4-4: new tree without aliases, merges, anchors
// attachComments(document: Document): void                                  fills node.comments
// resolveTag(text: string): string                                          '!!int' for '5': tag of a plain text, build setting
// isYaml11String(text: string): boolean                                     false for 'yes', '5', ''…: what needs quotes (engine §5.3)
//
// type Data = null | boolean | number | bigint | string | Data[] | { [key: string]: Data }   bigint: integers beyond 2^53
// toBuildData(root: Node): Data          engine §5.2, "every resource is serialised once and read again"; throws its errors
// toData(document: Document): Data       sigs.k8s.io/yaml YAMLToJSON rules (json setting): kustomization files, Flux text
// fromData(data: Data): Node             nodes of plain data (after a JSON patch)
// stringify(data: Data): string          one document, engine §16
// stringifyAll(list: Data[]): string     joined by '---\n'
// compareKeys(a: string, b: string): number   engine §16.1
// toJson(data: Data): string             Go's json.Marshal: sorted keys, HTML characters escaped, exact bigints
