import { evaluationError } from '../error.ts';
import { Duration, Timestamp } from './value.ts';

const second = 1_000_000_000n;
const maxInt = 2n ** 63n - 1n;
/** From the year 1 to the end of 9999, in seconds since 1970. */
const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
};

/** A duration in Go's syntax, such as `1h2m3.5s`. @returns `undefined` for any other text */
export function parseDuration(text: string): Duration | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = unitNanos[unit] ?? 0n;
    const digits = fraction.slice(0, 18);
    nanos += BigInt(whole || '0') * scale + (BigInt(digits || '0') * scale) / 10n ** BigInt(digits.length);
  }
  return nanos > maxInt ? undefined : new Duration(sign === '-' ? -nanos : nanos);
}

/** A duration as CEL prints it: seconds, such as `5400s` or `1.5s`. */
export function formatDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % second)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${size / second}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** A time by RFC 3339. @returns `undefined` for any other text */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, local = '', fraction = '', zone = ''] = match;
  const millis = Date.parse(`${local}Z`);
  // `Date` lets days run over into the next month; Go does not.
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(local)) return undefined;
  const offset = zone === 'Z' ? 0n : BigInt(parseOffset(zone) ?? 0);
  const seconds = BigInt(millis / 1000) - offset * 60n;
  return new Timestamp(seconds * second + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** @throws CelError when it lies outside of the years 1 to 9999 */
export function checkTimestamp(timestamp: Timestamp): Timestamp {
  const seconds = floorDivide(timestamp.nanos, second);
  if (seconds < firstSecond || seconds > lastSecond) throw evaluationError('timestamp overflow');
  return timestamp;
}

/** A time by RFC 3339, with as much of the fraction as there is. */
export function formatTimestamp({ nanos }: Timestamp): string {
  const seconds = floorDivide(nanos, second);
  const fraction = String(nanos - seconds * second)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Minutes east of Greenwich of `+02:30`, `-02:30` or `02:30`. */
function parseOffset(zone: string): number | undefined {
  const match = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (match === null) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** A date whose UTC fields are the local ones of the zone. @throws CelError when the zone is unknown */
export function localDate({ nanos }: Timestamp, zone: string): Date {
  const date = new Date(Number(floorDivide(nanos, 1_000_000n)));
  if (zone === 'UTC' || zone === '') return date;
  const minutes = parseOffset(zone);
  if (minutes !== undefined) return new Date(date.getTime() + minutes * 60_000);
  return new Date(namedZoneTime(date, zone));
}

function namedZoneTime(date: Date, timeZone: string): number {
  const field = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'iso8601', ...field, ...time });
    const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, seconds, date.getUTCMilliseconds());
  } catch (error) {
    throw Object.assign(evaluationError(`unknown time zone ${timeZone}`), { cause: error });
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
