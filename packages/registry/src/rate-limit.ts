import type { IncomingHttpHeaders } from 'node:http';

const maxPatienceMs = 3_600_000;

/**
 * How long a server asks us to leave it alone, in ms, at most one hour; `undefined` when it does not.
 * @param now in ms since 1970
 */
export function patienceMs(status: number, headers: IncomingHttpHeaders, now: number): number | undefined {
  const isLimited = status === 429 || (status === 403 && headers['x-ratelimit-remaining'] === '0');
  const retryAfter = isLimited || status === 503 ? parseRetryAfter(headers['retry-after'], now) : undefined;
  const wait = retryAfter ?? (isLimited ? parseReset(headers['x-ratelimit-reset'], now) : undefined);
  return wait === undefined ? undefined : Math.min(Math.max(wait, 0), maxPatienceMs);
}

/** Seconds or a date. @see RFC 9110, 10.2.3 */
function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now;
}

/** Seconds since 1970. */
function parseReset(text: string | string[] | undefined, now: number): number | undefined {
  return typeof text === 'string' && /^\d{1,12}$/.test(text) ? Number(text) * 1000 - now : undefined;
}
