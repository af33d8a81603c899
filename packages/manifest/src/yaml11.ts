import { YamlError } from './error.ts';
import { parseDocument } from './read.ts';
import { resolveTag, resolveTagged } from './resolve.ts';

/** One word or path: no YAML but a plain scalar. */
const plainWord = /^\w[\w./-]{0,200}$/;

/**
 * Whether a text, read as a YAML 1.1 document, is a string: so are `app` and `1.2.3`, not `yes`, `5`, `~` or `{}`. What
 * is none is put in double quotes when kustomize adds it to a map. Empty texts, those of several lines and no YAML at
 * all count as strings.
 * @see engine §5.3, kyaml `IsValueNonString`
 */
export function isYaml11String(text: string): boolean {
  if (text === '' || text.includes('\n')) return true;
  if (plainWord.test(text)) return isStringTag(resolveTag(text, 'json'));
  try {
    const { root } = parseDocument(text, { setting: 'json' });
    if (root?.kind !== 'scalar') return false;
    return root.tagged ? typeof resolveTagged(root.value, root.tag, 'json').value === 'string' : isStringTag(root.tag);
  } catch (error) {
    if (error instanceof YamlError) return true;
    throw error;
  }
}

/** go-yaml v2 hands out times as text. */
function isStringTag(tag: string): boolean {
  return tag === '!!str' || tag === '!!timestamp' || tag === '!!merge';
}
