import { STATUS_CODES } from 'node:http';
import { formatSeconds } from './duration.ts';
import { RegistryError, type RegistryFailure } from './error.ts';
import { isRecord, tryParseJson } from './json.ts';
import { patienceMs } from './rate-limit.ts';
import type { Answer } from './wire.ts';

const maxErrorBytes = 65_536;
const maxShown = 1024;

/**
 * What an answer with an unexpected status says, in the words of Flux.
 * @param secrets texts that the server may have echoed
 * @see OCI distribution spec, "Error Codes"
 */
export async function answerError(answer: Answer, secrets: readonly string[]): Promise<RegistryError> {
  const { request, status, headers } = answer;
  const body = request.method === 'HEAD' ? '' : await readStart(answer);
  answer[Symbol.dispose]();
  const errors = tryParseErrors(body);
  const afterMs = patienceMs(status, headers, Date.now());
  const what = [
    describe(answer, errors, body),
    ...(afterMs === undefined ? [] : [`rate limited, retrying in ${formatSeconds(afterMs)}`]),
  ].join('; ');
  return new RegistryError(
    failureOf(status, afterMs),
    `${request.method} ${request.url.href}: ${clean(what, secrets)}`,
    {
      status,
      codes: errors.map(({ code }) => code),
      ...(afterMs !== undefined && { afterMs }),
    },
  );
}

interface StructuredError {
  readonly code: string;
  readonly text: string;
}

function describe({ request, status }: Answer, errors: readonly StructuredError[], body: string): string {
  const [first, ...more] = errors;
  if (first !== undefined && more.length === 0) return first.text;
  if (first !== undefined) return `multiple errors returned: ${errors.map(({ text }) => text).join('; ')}`;
  const text = `unexpected status code ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  if (request.method === 'HEAD') return `${text} (HEAD responses have no body, use GET for details)`;
  return body === '' ? text : `${text}: ${body}`;
}

function failureOf(status: number, afterMs: number | undefined): RegistryFailure {
  if (status === 429 || afterMs !== undefined) return 'rate-limited';
  if (status === 401 || status === 403) return 'auth';
  return status === 404 ? 'not-found' : 'answer';
}

async function readStart(answer: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.chunks()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxErrorBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxErrorBytes).toString();
}

function tryParseErrors(body: string): StructuredError[] {
  const value = tryParseJson(body);
  if (!isRecord(value) || !Array.isArray(value['errors'])) return [];
  return value['errors'].filter(isRecord).map(({ code, message, detail }) => {
    const text = `${textOf(code)}: ${textOf(message)}`;
    return { code: textOf(code), text: detail === undefined || detail === null ? text : `${text}; ${textOf(detail)}` };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** One line without secrets, control and direction characters, cut. */
function clean(text: string, secrets: readonly string[]): string {
  const safe = secrets.reduce((rest, secret) => rest.replaceAll(secret, '*****'), text);
  const line = safe
    .trim()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
}
