/**
 * Makes text fit to leave the process: no credentials, no characters that could deceive a reader or a terminal.
 * @see spec security-reliability, "Text hygiene"
 */
export interface Redactor {
  (text: string): string;
  /** Hides `value` from now on, in clear and in the usual encodings. Shorter than 6 characters: ignored. */
  hide(value: string): void;
}

const mask = '*****';
/** Values shorter than this are too likely to be ordinary words. */
const minSecretLength = 6;

/** @param outer a redactor whose secrets are hidden too */
export function createRedactor(outer?: Redactor): Redactor {
  const secrets = new Set<string>();
  const redact = (text: string): string => {
    let clean = outer === undefined ? withoutPatterns(text) : outer(text);
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, mask);
    return clean.replace(deceiving, '\uFFFD').toWellFormed();
  };
  return Object.assign(redact, {
    hide(value: string): void {
      if (value.length < minSecretLength) return;
      const forms = [
        value,
        value.trim(),
        btoaUtf8(value),
        encodeURIComponent(value),
        JSON.stringify(value).slice(1, -1),
      ];
      for (const form of forms) if (form.length >= minSecretLength) secrets.add(form);
    },
  });
}

/** Control characters but tab and newline, line separators, direction overrides. */
const deceiving =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these are what it looks for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"<>]+@/gi, `$1${mask}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#'"<>]*)\?[^\s'"<>#]*/gi, '$1'],
  [
    /\b((?:proxy-)?authorization|cookie|set-cookie|x-amz-security-token|private-token)(\s*[:=]\s*)[^\r\n]+/gi,
    `$1$2${mask}`,
  ],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|glrt-|xox[abprs]-)[\w-]{10,}/g, mask],
];

function withoutPatterns(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

function btoaUtf8(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}
