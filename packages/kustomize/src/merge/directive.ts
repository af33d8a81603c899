import { KustomizeError } from '../errors.ts';
import { peekField, positionOf, textOf, type MappingNode, type Node } from '../tree.ts';
import { setElement } from './element.ts';

export type Directive = 'delete' | 'replace' | 'merge';

const directiveKey = '$patch';

/**
 * Reads the `$patch` directive of a patch's map or list, and removes it (engine §10.2, §10.4-2).
 * @param lenient take an unknown word for `merge`
 * @throws KustomizeError for an unknown word
 */
export function takeDirective(patch: Node | undefined, { lenient = false } = {}): Directive {
  if (patch?.kind === 'mapping') {
    const word = peekField(patch, directiveKey);
    if (word === undefined) return 'merge';
    const directive = directiveOf(word, lenient);
    if (isDirective(textOf(word))) patch.delete(directiveKey);
    return directive;
  }
  if (patch?.kind !== 'sequence') return 'merge';
  const holder = patch.items.find((item): item is MappingNode => item.kind === 'mapping' && item.has(directiveKey));
  if (holder === undefined || holder.items.length > 2) return 'merge';
  const word = textOf(holder.get(directiveKey));
  const directive = directiveOf(holder.get(directiveKey), lenient);
  setElement(patch, undefined, [directiveKey], [word]);
  return directive;
}

function directiveOf(word: Node | undefined, lenient: boolean): Directive {
  const text = textOf(word);
  if (isDirective(text)) return text;
  if (lenient) return 'merge';
  throw new KustomizeError(`unknown patch strategy '${text}'`, {
    ...(word === undefined ? {} : positionOf(word)),
    hint: `'${directiveKey}' may be delete, replace or merge`,
  });
}

function isDirective(text: string): text is Directive {
  return text === 'delete' || text === 'replace' || text === 'merge';
}
