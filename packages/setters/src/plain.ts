import { isYaml11String } from '@sluice/manifest';

// What images, tags and digests consist of. It holds none of the characters that mean something to YAML in a flow.
const simple = /^(?:[A-Za-z0-9_./]|-(?=[^\s-]))[A-Za-z0-9_./@:+=$!*~-]*$/;
// YAML 1.2 and other readers of 1.1 know more than go-yaml does.
const boolean = /^(?:y|yes|n|no|on|off|true|false)$/i;
const integer = /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*)$/i;
const float = /^[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?$|^[-+]?\.inf$|^\.nan$/i;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt][0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?$/;

/** Whether every reader of YAML, 1.1 or 1.2, takes the text without quotes for a string, in a flow collection too. */
export function isSafePlain(text: string): boolean {
  if (!simple.test(text) || text.endsWith(':')) return false;
  const isOther = [boolean, integer, float, sexagesimal, timestamp].some((pattern) => pattern.test(text));
  return !isOther && text !== '=' && isYaml11String(text);
}
