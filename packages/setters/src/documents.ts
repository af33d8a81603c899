import { YamlError, parseDocument, splitDocuments, type Document, type MappingNode, type Node } from '@sluice/manifest';

/** The object that a document holds; texts are empty where the document says nothing. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** A document of a file with its place in it. */
export interface PlacedDocument {
  readonly document: Document;
  readonly root: MappingNode;
  readonly object: ObjectIdentity;
  /** Offset of the document in the text of the file with all CRLF turned into LF, in UTF-16 units. */
  readonly offset: number;
}

/**
 * The documents of a file that hold something.
 * @throws YamlError when one of them is no YAML, or neither a map nor empty: then the file is none of Kubernetes objects
 */
export function readDocuments(text: string, file: string): PlacedDocument[] {
  const documents: PlacedDocument[] = [];
  let line = 0;
  let offset = 0;
  for (const piece of splitDocuments(text, file)) {
    for (; line < piece.firstLine; line++) offset = text.indexOf('\n', offset) + 1;
    const document = parseDocument(piece.text, { file, firstLine: piece.firstLine });
    const { root } = document;
    if (root === undefined || isNull(root)) continue;
    if (root.kind !== 'mapping') throw problemAt(document, root, `a document is a ${root.kind}, not a map`);
    documents.push({ document, root, object: identify(document, root), offset });
  }
  return documents;
}

function identify(document: Document, root: MappingNode): ObjectIdentity {
  const metadata = root.get('metadata');
  const isMap = metadata === undefined || metadata.kind === 'mapping' || isNull(metadata);
  if (!isMap) throw problemAt(document, metadata, `metadata is a ${metadata.kind}, not a map`);
  const meta = metadata?.kind === 'mapping' ? metadata : undefined;
  return {
    apiVersion: textOf(root.get('apiVersion')),
    kind: textOf(root.get('kind')),
    name: textOf(meta?.get('name')),
    namespace: textOf(meta?.get('namespace')),
  };
}

function textOf(node: Node | undefined): string {
  return node?.kind === 'scalar' && !isNull(node) ? node.value : '';
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.tag === '!!null';
}

function problemAt({ source }: Document, node: Node, message: string): YamlError {
  return new YamlError(message, { file: source.file, line: source.firstLine + node.line });
}
