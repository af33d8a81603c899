import {
  MappingNode,
  ScalarNode,
  SequenceNode,
  parseDocument,
  stringify,
  type Data,
  type Node,
} from '@sluice/manifest';
import { KustomizeError } from '../errors.ts';
import { isInternalAnnotation, notes } from '../identity.ts';
import type { Resource } from '../resource.ts';
import { applyOperations } from './apply.ts';
import { nodeData } from '../node-data.ts';
import { peekField } from '../tree.ts';
import type { Operation } from './operations.ts';

/**
 * Applies a JSON patch to a resource: its tree is made anew from the result, so styles, comments and shared nodes are
 * gone and numbers have passed through a double (engine §11). The engine's notes stay.
 */
export function patchResource(resource: Resource, operations: readonly Operation[]): void {
  const kept = replaceTree(resource, operations);
  resource.setAnnotations(new Map([...resource.annotations(), ...kept]));
}

/** Like `patchResource`, but a patch that leaves no place for annotations is not refused. */
export function patchResourceLeniently(resource: Resource, operations: readonly Operation[]): void {
  const kept = replaceTree(resource, operations);
  const metadata = peekField(resource.root, 'metadata');
  if (metadata !== undefined && metadata.kind !== 'mapping') return;
  resource.setAnnotations(new Map([...resource.annotations(), ...kept]));
}

function replaceTree(resource: Resource, operations: readonly Operation[]): [key: string, value: string][] {
  const kept = [...resource.annotations()].filter(([key]) => isInternalAnnotation(key));
  const isHashed = resource.hasNote(notes.needsHashSuffix); // the patch may take the note away for now
  const patched = applyOperations(nodeData(resource.root, resource.origin), operations);
  if (patched === null || typeof patched !== 'object' || Array.isArray(patched)) {
    throw new KustomizeError(
      'json: cannot unmarshal array into Go value of type map[string]interface {}',
      resource.origin,
    );
  }
  resource.root = printedNode(patched);
  if (isHashed && isHashedByPosition(resource)) readPrinted(resource, patched);
  return kept;
}

// The hash of a kind without data goes over the nodes with their positions, so the text must really be printed.
function isHashedByPosition(resource: Resource): boolean {
  return resource.kind !== 'ConfigMap' && resource.kind !== 'Secret';
}

function readPrinted(resource: Resource, patched: Data): void {
  resource.text = stringify(patched);
  resource.root = parseDocument(resource.text).root ?? resource.root;
}

/** Nodes as they are when a value is printed as YAML and read again. */
function printedNode(data: Data): Node {
  if (data === null) return new ScalarNode('null', '!!null');
  if (typeof data === 'string') return printedString(data);
  if (typeof data === 'boolean') return new ScalarNode(String(data), '!!bool');
  if (typeof data === 'number' || typeof data === 'bigint') return printedNumber(Number(data));
  if (Array.isArray(data)) return new SequenceNode(data.map(printedNode));
  return new MappingNode(Object.entries(data).flatMap(([key, value]) => [printedString(key), printedNode(value)]));
}

function printedString(text: string): ScalarNode {
  if (text.includes('\n')) return new ScalarNode(text, '!!str', 'literal');
  if (/^[A-Z_a-z][\w./-]{5,}$/.test(text)) return new ScalarNode(text, '!!str');
  const quote = stringify(text)[0];
  return new ScalarNode(text, '!!str', quote === '"' ? 'double' : quote === "'" ? 'single' : 'plain');
}

function printedNumber(value: number): ScalarNode {
  const text = shortest(value);
  return new ScalarNode(text, /[.e]/.test(text) ? '!!float' : '!!int');
}

/** Go's shortest `%g`: with an exponent below 1e-4 and from 1e6. */
function shortest(value: number): string {
  if (value === 0) return '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
}
