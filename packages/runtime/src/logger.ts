import type { LogFields, Logger } from './kind.ts';
import { createRedactor, type Redactor } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'error';

export interface LoggerOptions {
  /** Lines below it are dropped; default `info`. */
  readonly level?: LogLevel;
  /** Takes one line with its newline; default: standard error. */
  readonly write?: (line: string) => void;
  readonly redact?: Redactor;
  readonly now?: () => Date;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, error: 2 };
const maxFieldLength = 8192;
const maxDepth = 6;

/**
 * Writes one JSON object per line: `level`, `ts`, `msg`, then the fields. Every text passes the redactor. Errors become
 * their message, and at the level `debug` their stack too.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', write = toStandardError, redact = createRedactor(), now = () => new Date() } = options;
  const lowest = ranks[level];
  const build = (bound: LogFields): Logger => {
    const log = (lineLevel: LogLevel) => (fields: LogFields, message: string) => {
      if (ranks[lineLevel] < lowest) return;
      const clean = cleanFields({ ...bound, ...fields }, redact, lowest === ranks.debug);
      write(
        `${JSON.stringify({ level: lineLevel, ts: now().toISOString(), msg: oneLine(redact(message)), ...clean })}\n`,
      );
    };
    return {
      debug: log('debug'),
      info: log('info'),
      error: log('error'),
      child: (fields) => build({ ...bound, ...fields }),
    };
  };
  return build({});
}

/** `log` with a further redactor before its own. */
export function withRedactor(log: Logger, redact: Redactor): Logger {
  const clean =
    (write: (fields: LogFields, message: string) => void) =>
    (fields: LogFields, message: string): void =>
      write(cleanFields(fields, redact, true), redact(message));
  return {
    debug: clean((fields, message) => log.debug(fields, message)),
    info: clean((fields, message) => log.info(fields, message)),
    error: clean((fields, message) => log.error(fields, message)),
    child: (fields) => withRedactor(log.child(cleanFields(fields, redact, true)), redact),
  };
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}

function cleanFields(fields: LogFields, redact: Redactor, withStack: boolean): Record<string, unknown> {
  const clean = Object.entries(fields).flatMap(([name, value]) => {
    if (!Error.isError(value)) return [[name, cleanValue(value, redact, maxDepth)]];
    const stack = withStack && value.stack !== undefined ? [[`${name}Stack`, cleanText(value.stack, redact)]] : [];
    return [[name, cleanText(errorText(value), redact)], ...stack];
  });
  return Object.fromEntries(clean) as Record<string, unknown>;
}

function cleanValue(value: unknown, redact: Redactor, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, redact);
  if (typeof value === 'bigint') return String(value);
  if (Error.isError(value)) return cleanText(errorText(value), redact);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, redact, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanValue(item, redact, depth - 1)]));
}

/** The message, and those of its causes. */
function errorText(error: Error): string {
  return Error.isError(error.cause) ? `${error.message}: ${errorText(error.cause)}` : error.message;
}

function cleanText(text: string, redact: Redactor): string {
  const clean = redact(text);
  return clean.length <= maxFieldLength ? clean : `${clean.slice(0, maxFieldLength)}… (truncated)`;
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}
