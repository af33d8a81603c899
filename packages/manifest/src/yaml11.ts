import { YamlError } from './error.ts';
import { toData } from './json-data.ts';
import { parseDocument } from './read.ts';
import { resolveTag } from './resolve.ts';

/** One word or path: no YAML but a plain scalar. */
const plainWord = /^\w[\w./-]*$/;

/**
 * Whether a text, read as a YAML 1.1 document, is a string: so are `app` and `1.2.3`, not `yes`, `5`, `~` or `{}`. What
 * is none is put in double quotes when kustomize adds it to a map. Empty texts, those of several lines and no YAML at
 * all count as strings.
 * @see engine §5.3, kyaml `IsValueNonString`
 */
export function isYaml11String(text: string): boolean {
  if (text === '' || text.includes('\n')) return true;
  if (plainWord.test(text)) return ['!!str', '!!timestamp'].includes(resolveTag(text, 'json'));
  try {
    return typeof toData(parseDocument(text, { setting: 'json' })) === 'string';
  } catch (error) {
    if (error instanceof YamlError) return true;
    throw error;
  }
}
