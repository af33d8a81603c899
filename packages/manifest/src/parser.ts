import type { Cursor } from './cursor.ts';
import type { Mark } from './error.ts';
import { maxDepth } from './limits.ts';
import { AliasNode, MappingNode, ScalarNode, SequenceNode, type Node } from './node.ts';
import { resolveTag } from './resolve.ts';
import { Scanner } from './scanner.ts';
import { TagHandles } from './tag-handles.ts';
import { T, type Token, type TokenKind } from './token.ts';

/** Anchor and tag before a node. */
interface Properties {
  readonly anchor: string | undefined;
  /** Short tag; `''` for none. */
  readonly tag: string;
  readonly start: Mark;
}

/** Where a node may stand: block collections are allowed, and a sequence at the column of the key above it. */
interface Context {
  readonly block: boolean;
  readonly indentless: boolean;
}

const blockContext: Context = { block: true, indentless: false };
const fieldContext: Context = { block: true, indentless: true };
const flowContext: Context = { block: false, indentless: false };

/** Builds the tree of the first document from tokens, by the productions of libyaml. */
export class Parser {
  readonly #cursor: Cursor;
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, Node>();
  readonly #tagHandles: TagHandles;
  #depth = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#scanner = new Scanner(cursor);
    this.#tagHandles = new TagHandles(cursor);
  }

  /** The root of the first document; `undefined` when the text has none. Nothing behind the document is judged. */
  parseDocument(): Node | undefined {
    const first = this.#scanner.peek();
    if (first.kind === T.streamEnd) return undefined;
    this.#readDirectives();
    const isExplicit = [T.versionDirective, T.tagDirective, T.documentStart].some((kind) => kind === first.kind);
    const root = isExplicit ? this.#parseExplicitDocument() : this.#parseNode(blockContext);
    this.#scanner.peek();
    return root;
  }

  #parseExplicitDocument(): Node {
    const start = this.#scanner.peek();
    if (start.kind !== T.documentStart) {
      throw this.#cursor.parserError('did not find expected <document start>', undefined, start);
    }
    const next = this.#next();
    const isEmpty = next.kind <= T.documentEnd;
    return isEmpty ? this.#emptyScalar(next) : this.#parseNode(blockContext);
  }

  #readDirectives(): void {
    let hasVersion = false;
    for (let token = this.#scanner.peek(); ; token = this.#next()) {
      if (token.kind === T.versionDirective) {
        if (hasVersion) throw this.#cursor.parserError('found duplicate %YAML directive', undefined, token);
        if (token.text !== '1.1') throw this.#cursor.parserError('found incompatible YAML document', undefined, token);
        hasVersion = true;
      } else if (token.kind === T.tagDirective) {
        this.#tagHandles.add(token);
      } else {
        return;
      }
    }
  }

  /** Drops the current token. @returns the one behind it */
  #next(): Token {
    this.#scanner.skip();
    return this.#scanner.peek();
  }

  #parseNode(context: Context): Node {
    const token = this.#scanner.peek();
    if (token.kind === T.alias) return this.#parseAlias(token);
    if (token.kind === T.scalar) return this.#parseScalar(token, undefined);
    const properties = this.#readProperties(token);
    return this.#parseContent(context, properties);
  }

  #parseAlias(token: Token): Node {
    const target = this.#anchors.get(token.text);
    if (target === undefined) throw this.#cursor.plainError(`unknown anchor '${token.text}' referenced`, token);
    const node = this.#place(new AliasNode(token.text, target), token, token.end);
    this.#scanner.skip();
    return node;
  }

  #readProperties(start: Token): Properties | undefined {
    if (start.kind !== T.anchor && start.kind !== T.tag) return undefined;
    const second = this.#next();
    const isPair = (second.kind === T.anchor || second.kind === T.tag) && second.kind !== start.kind;
    if (isPair) this.#next();
    const tokens = isPair ? [start, second] : [start];
    const anchor = tokens.find((token) => token.kind === T.anchor)?.text;
    const tag = tokens.find((token) => token.kind === T.tag);
    return { anchor, tag: tag === undefined ? '' : this.#tagHandles.resolve(tag, start), start };
  }

  #parseContent(context: Context, properties: Properties | undefined): Node {
    const token = this.#scanner.peek();
    switch (token.kind) {
      case T.scalar:
        return this.#parseScalar(token, properties);
      case T.flowSequenceStart:
        return this.#parseFlowSequence(token, properties);
      case T.flowMappingStart:
        return this.#parseFlowMapping(token, properties);
      case T.blockSequenceStart:
        if (context.block) return this.#parseBlockSequence(token, properties);
        break;
      case T.blockMappingStart:
        if (context.block) return this.#parseBlockMapping(token, properties);
        break;
      case T.blockEntry:
        if (context.indentless) return this.#parseIndentlessSequence(token, properties);
        break;
      default:
    }
    if (properties !== undefined) return this.#emptyScalar(token, properties);
    throw this.#cursor.parserError('did not find expected node content', token, token);
  }

  #parseScalar(token: Token, properties: Properties | undefined): ScalarNode {
    const scalar = token.scalar!;
    this.#place(scalar, token, token.end);
    this.#finish(scalar, properties);
    this.#scanner.skip();
    return scalar;
  }

  /** The null that stands where nothing is written. */
  #emptyScalar(at: Mark, properties?: Properties): ScalarNode {
    const scalar = this.#place(new ScalarNode(''), at, at.offset);
    this.#finish(scalar, properties);
    return scalar;
  }

  /** Gives a node its anchor and tag. */
  #finish(node: Node, properties: Properties | undefined): void {
    const tag = properties?.tag ?? '';
    if (properties !== undefined) node.line = properties.start.line + 1;
    if (properties?.anchor !== undefined) {
      node.anchor = properties.anchor;
      this.#anchors.set(properties.anchor, node);
    }
    // The bare `!` means nothing to go-yaml v3 and "a string" to v2.
    if (tag !== '' && (tag !== '!' || this.#cursor.setting === 'json')) {
      node.tag = tag;
      node.tagged = true;
    } else if (node.kind === 'scalar') {
      node.tag = node.style === 'plain' ? resolveTag(node.value, this.#cursor.setting) : '!!str';
    }
  }

  #place<N extends Node>(node: N, start: Mark, end: number): N {
    node.start = start.offset;
    node.end = end;
    node.line = start.line + 1;
    node.source = this.#cursor.source;
    return node;
  }

  #parseBlockSequence(start: Token, properties: Properties | undefined): Node {
    const node = this.#open(new SequenceNode(), start, properties);
    let token = this.#next();
    while (token.kind === T.blockEntry) {
      node.items.push(this.#parseBlockItem(token, T.blockEntry, T.blockEnd));
      token = this.#scanner.peek();
    }
    if (token.kind !== T.blockEnd) {
      throw this.#cursor.parserError("did not find expected '-' indicator", start, token);
    }
    this.#scanner.skip();
    return this.#close(node, endOfItems(node));
  }

  /** A sequence at the column of its key: it has no start and end of its own. */
  #parseIndentlessSequence(start: Token, properties: Properties | undefined): Node {
    const node = this.#open(new SequenceNode(), start, properties);
    let token = start;
    while (token.kind === T.blockEntry) {
      node.items.push(this.#parseBlockItem(token, T.blockEntry, T.key, T.value, T.blockEnd));
      token = this.#scanner.peek();
    }
    return this.#close(node, endOfItems(node));
  }

  /** What follows the `-` at the current token; nothing when one of `empty` comes next. */
  #parseBlockItem(dash: Token, ...empty: TokenKind[]): Node {
    const token = this.#next();
    return empty.includes(token.kind)
      ? this.#emptyScalar({ offset: dash.end, line: dash.line })
      : this.#parseNode(blockContext);
  }

  #parseBlockMapping(start: Token, properties: Properties | undefined): Node {
    const node = this.#open(new MappingNode(), start, properties);
    let token = this.#next();
    while (token.kind === T.key) {
      node.items.push(this.#parseField(token), this.#parseFieldValue());
      token = this.#scanner.peek();
    }
    if (token.kind !== T.blockEnd) throw this.#cursor.parserError('did not find expected key', start, token);
    this.#scanner.skip();
    return this.#close(node, endOfItems(node));
  }

  #parseFieldValue(): Node {
    const token = this.#scanner.peek();
    return token.kind === T.value ? this.#parseField(token) : this.#emptyScalar(token);
  }

  /** What follows the key or value indicator `indicator`, the current token, in a block mapping. */
  #parseField(indicator: Token): Node {
    const { kind } = this.#next();
    if (kind === T.key || kind === T.value || kind === T.blockEnd) {
      return this.#emptyScalar({ offset: indicator.end, line: indicator.line });
    }
    return this.#parseNode(fieldContext);
  }

  #parseFlowSequence(start: Token, properties: Properties | undefined): Node {
    const node = this.#open(new SequenceNode(), start, properties);
    node.flow = true;
    let token = this.#next();
    while (token.kind !== T.flowSequenceEnd) {
      if (node.items.length > 0) token = this.#readFlowEntry(start, "did not find expected ',' or ']'");
      if (token.kind === T.flowSequenceEnd) break;
      node.items.push(token.kind === T.key ? this.#parsePair() : this.#parseNode(flowContext));
      token = this.#scanner.peek();
    }
    this.#scanner.skip();
    return this.#close(node, token.end);
  }

  /** A mapping of one entry inside `[…]`; the key token is the current one. */
  #parsePair(): Node {
    const start = this.#scanner.peek();
    const node = this.#open(new MappingNode(), start, undefined);
    node.flow = true;
    const token = this.#next();
    if (token.kind === T.value || token.kind === T.flowEntry || token.kind === T.flowSequenceEnd) {
      // libyaml drops the token here, so that the value becomes part of the next entry.
      node.items.push(this.#emptyScalar(token));
      this.#scanner.skip();
    } else {
      node.items.push(this.#parseNode(flowContext));
    }
    node.items.push(this.#parseFlowValue(T.flowSequenceEnd));
    this.#scanner.peek();
    return this.#close(node, endOfItems(node));
  }

  #parseFlowMapping(start: Token, properties: Properties | undefined): Node {
    const node = this.#open(new MappingNode(), start, properties);
    node.flow = true;
    let token = this.#next();
    while (token.kind !== T.flowMappingEnd) {
      if (node.items.length > 0) token = this.#readFlowEntry(start, "did not find expected ',' or '}'");
      if (token.kind === T.flowMappingEnd) break;
      this.#parseFlowPair(node, token);
      token = this.#scanner.peek();
    }
    this.#scanner.skip();
    return this.#close(node, token.end);
  }

  #parseFlowPair(node: MappingNode, first: Token): void {
    if (first.kind !== T.key) {
      node.items.push(this.#parseNode(flowContext), this.#emptyScalar(this.#scanner.peek()));
      return;
    }
    const token = this.#next();
    const isEmpty = token.kind === T.value || token.kind === T.flowEntry || token.kind === T.flowMappingEnd;
    node.items.push(isEmpty ? this.#emptyScalar(token) : this.#parseNode(flowContext));
    node.items.push(this.#parseFlowValue(T.flowMappingEnd));
  }

  #parseFlowValue(end: TokenKind): Node {
    const first = this.#scanner.peek();
    if (first.kind !== T.value) return this.#emptyScalar(first);
    const token = this.#next();
    if (token.kind !== T.flowEntry && token.kind !== end) return this.#parseNode(flowContext);
    return this.#emptyScalar(end === T.flowSequenceEnd ? first : token);
  }

  /** Passes the comma between two entries. */
  #readFlowEntry(start: Token, problem: string): Token {
    const token = this.#scanner.peek();
    if (token.kind !== T.flowEntry) throw this.#cursor.parserError(problem, start, token);
    return this.#next();
  }

  /** Goes one level deeper, until `#close`. */
  #open<N extends Node>(node: N, start: Token, properties: Properties | undefined): N {
    if (this.#depth === maxDepth) throw this.#cursor.scannerError(`exceeded max depth of ${maxDepth}`, start);
    this.#depth++;
    this.#place(node, start, start.end);
    this.#finish(node, properties);
    return node;
  }

  #close<N extends Node>(node: N, end: number): N {
    node.end = end;
    this.#depth--;
    return node;
  }
}

function endOfItems(node: MappingNode | SequenceNode): number {
  return node.items.at(-1)?.end ?? node.end;
}
