import type { Value } from './value.ts';

/** A piece of a parsed template. `start` is an offset in UTF-16 units. */
export type Statement =
  | { readonly kind: 'text'; readonly start: number; readonly text: string }
  | { readonly kind: 'action'; readonly start: number; readonly pipe: Pipe }
  | Branch
  | {
      readonly kind: 'template';
      readonly start: number;
      readonly name: string;
      readonly pipe: Pipe | undefined;
      readonly text: string;
    }
  | { readonly kind: 'break' | 'continue'; readonly start: number };

export interface Branch {
  readonly kind: 'if' | 'with' | 'range';
  readonly start: number;
  readonly pipe: Pipe;
  readonly list: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface Pipe {
  readonly kind: 'pipe';
  readonly start: number;
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly kind: 'command';
  readonly start: number;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'identifier'; readonly start: number; readonly name: string }
  | { readonly kind: 'field'; readonly start: number; readonly names: readonly string[] }
  /** The first name begins with `$`. */
  | { readonly kind: 'variable'; readonly start: number; readonly names: readonly string[] }
  | { readonly kind: 'chain'; readonly start: number; readonly of: Operand; readonly names: readonly string[] }
  | { readonly kind: 'dot' | 'nil'; readonly start: number }
  | { readonly kind: 'bool'; readonly start: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly start: number; readonly text: string; readonly number: NumberLiteral }
  | { readonly kind: 'string'; readonly start: number; readonly text: string; readonly value: string }
  | Pipe;

/** What a number may stand for. */
export interface NumberLiteral {
  readonly int: bigint | undefined;
  readonly float: number | undefined;
  /** What it is where any type will do; `undefined` when it overflows. */
  readonly ideal: Value | undefined;
}

/** Anything that an error can point at. */
export type Place = Statement | Operand | Command;

/** The source of a node, as Go prints it in errors. */
export function source(node: Place): string {
  switch (node.kind) {
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return operandSource(node.of) + node.names.map((name) => `.${name}`).join('');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
    case 'text':
    case 'template':
      return node.text;
    case 'pipe':
      return pipeSource(node);
    case 'command':
      return node.operands.map(operandSource).join(' ');
    case 'action':
      return `{{${pipeSource(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.kind} ${pipeSource(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
  }
}

function operandSource(node: Operand): string {
  return node.kind === 'pipe' ? `(${pipeSource(node)})` : source(node);
}

function pipeSource({ variables, isAssignment, commands }: Pipe): string {
  const declared = variables.length === 0 ? '' : `${variables.join(', ')} ${isAssignment ? '=' : ':='} `;
  return declared + commands.map(source).join(' | ');
}
