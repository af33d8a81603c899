/**
 * The tree that the reader makes of one YAML document and that transformers change in place.
 *
 * All fields are plain and writable. A node may stand in several places of one tree (engine §5.4): changing it changes
 * every place. Nodes made by a program have no position: `line` is 0 and `source` is undefined.
 */
export type Node = ScalarNode | MappingNode | SequenceNode | AliasNode;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** Where the text of a node came from. One object per parsed piece, shared by all its nodes. */
export interface Source {
  /** As given to the reader, for messages. */
  readonly file: string | undefined;
  /** Lines of the file before the parsed piece: `source.firstLine + node.line` is the line in the file, from 1. */
  readonly firstLine: number;
}

/** Comments next to a node, each line with its `#`, lines joined by LF; `''` when there are none. */
export interface Comments {
  readonly head: string;
  readonly line: string;
}

abstract class NodeBase {
  /**
   * Short tag: `!!str`, `!!int`, `!!map`, `!custom`…; `''` when there is none. The reader fills in the resolved tag of
   * a scalar without one. A scalar with `''` and plain style is resolved from its text when it is converted.
   */
  tag: string;
  /** Whether the tag was written in the text. Such a tag decides the type whatever the style is. */
  tagged = false;
  anchor: string | undefined = undefined;
  /** Offsets into the parsed text, in UTF-16 units: exactly the token, without tag and anchor; end is exclusive. */
  start = 0;
  end = 0;
  /** Line where the node, its tag and anchor included, begins in the parsed piece, from 1; 0 when made by a program. */
  line = 0;
  source: Source | undefined = undefined;
  /** Filled by `attachComments` only. */
  comments: Comments | undefined = undefined;

  constructor(tag: string) {
    this.tag = tag;
  }
}

export class ScalarNode extends NodeBase {
  readonly kind = 'scalar';
  /** The decoded text. */
  value: string;
  style: ScalarStyle;

  constructor(value: string, tag = '', style: ScalarStyle = 'plain') {
    super(tag);
    this.value = value;
    this.style = style;
  }
}

export class MappingNode extends NodeBase {
  readonly kind = 'mapping';
  /** Key, value, key, value… in source order; duplicate keys stay. Keys may be any node. */
  items: Node[];
  /** Whether it was written as `{…}`. */
  flow = false;

  constructor(items: Node[] = []) {
    super('!!map');
    this.items = items;
  }

  /** The value under the first scalar key with this text, whatever its style. */
  get(key: string): Node | undefined {
    const index = this.indexOf(key);
    return index < 0 ? undefined : this.items[index + 1];
  }

  has(key: string): boolean {
    return this.indexOf(key) >= 0;
  }

  /** Replaces the value under `key`, or adds the pair at the end. The key node in the tree is kept. */
  set(key: string, value: Node): void {
    const index = this.indexOf(key);
    if (index < 0) this.items.push(new ScalarNode(key), value);
    else this.items[index + 1] = value;
  }

  /** Removes the first pair with this key. @returns its value, or `undefined` when there was none */
  delete(key: string): Node | undefined {
    const index = this.indexOf(key);
    return index < 0 ? undefined : this.items.splice(index, 2)[1];
  }

  /** Position in `items` of the first scalar key with this text, or -1. */
  indexOf(key: string): number {
    const { items } = this;
    for (let i = 0; i < items.length; i += 2) {
      const item = items[i];
      if (item?.kind === 'scalar' && item.value === key) return i;
    }
    return -1;
  }
}

export class SequenceNode extends NodeBase {
  readonly kind = 'sequence';
  items: Node[];
  /** Whether it was written as `[…]`. */
  flow = false;

  constructor(items: Node[] = []) {
    super('!!seq');
    this.items = items;
  }
}

/** `*name`. `expandAliases` replaces these by copies; only programs that keep the text (setters) meet them. */
export class AliasNode extends NodeBase {
  readonly kind = 'alias';
  name: string;
  target: Node;

  constructor(name: string, target: Node) {
    super('');
    this.name = name;
    this.target = target;
  }
}

/** A deep copy with positions and comments; nothing is shared with the original but `source` and alias targets. */
export function copyNode<T extends Node>(node: T): T;
export function copyNode(node: Node): Node {
  const copy = copyContent(node);
  copy.tag = node.tag;
  copy.tagged = node.tagged;
  copy.anchor = node.anchor;
  copy.start = node.start;
  copy.end = node.end;
  copy.line = node.line;
  copy.source = node.source;
  copy.comments = node.comments;
  return copy;
}

function copyContent(node: Node): Node {
  if (node.kind === 'scalar') return new ScalarNode(node.value, node.tag, node.style);
  if (node.kind === 'alias') return new AliasNode(node.name, node.target);
  const items = node.items.map((item) => copyNode(item));
  const copy = node.kind === 'mapping' ? new MappingNode(items) : new SequenceNode(items);
  copy.flow = node.flow;
  return copy;
}

/** A scalar that is a string whatever its text is. */
export function stringNode(value: string): ScalarNode {
  return new ScalarNode(value, '!!str');
}
