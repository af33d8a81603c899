import { decodeBinary } from './binary.ts';
import { YamlError, errorAt } from './error.ts';
import { foldAgain, isBlockScalar } from './fold-again.ts';
import type { ScalarNode } from './node.ts';
import { resolvePlain, resolveTag, resolveTagged, type Resolved } from './resolve.ts';

/** Where a scalar stands; it decides how kustomize would write it. */
export interface Place {
  readonly inFlow: boolean;
  readonly isKey: boolean;
}

const string = '!!str';

/**
 * Tag and value of a scalar after kustomize wrote it and read it again.
 * @throws YamlError when the text is not of its tag
 */
export function scalarAgain(node: ScalarNode, place: Place): Resolved {
  const { value, tag, style } = node;
  if (tag === '!!binary') return { tag, value: decodeBinary(value) };
  if (tag === string) return stringAgain(node, place);
  if (node.tagged) return resolveTagAt(node);
  if (style !== 'plain') return tag === '' || resolveTag(value) === tag ? stringAgain(node, place) : resolveTagAt(node);
  const isPlainNull = value === '' && (tag === '' || tag === '!!null');
  if (isPlainNull && (place.inFlow || place.isKey)) return { tag: string, value };
  return tag === '' ? resolvePlain(value) : resolveTagAt(node);
}

function resolveTagAt(node: ScalarNode): Resolved {
  try {
    return resolveTagged(node.value, node.tag);
  } catch (error) {
    throw error instanceof YamlError ? errorAt(error.message, node) : error;
  }
}

/** Block scalars keep their style only in block context; a folded one comes back changed. */
function stringAgain(node: ScalarNode, { inFlow, isKey }: Place): Resolved {
  const { value, style } = node;
  if (inFlow || isKey || !isBlockScalar(value, style)) return { tag: string, value };
  if (value.startsWith('\t')) {
    const line = node.line === 1 ? 2 : node.line;
    throw errorAt(`yaml: line ${line}: found a tab character where an indentation space is expected`, node);
  }
  return { tag: string, value: style === 'folded' ? foldAgain(value) : value };
}
