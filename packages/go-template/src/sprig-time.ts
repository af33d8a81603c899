import { define, unsupported } from './define.ts';
import { FunctionError } from './error.ts';
import { goQuote } from './text.ts';
import { Int, Struct, type Func, type Value } from './value.ts';

const second = 1_000_000_000n;

const toDate = (orZero: boolean): Func =>
  define(['string', 'string'], ([layout, text]) => {
    const date = tryParseDate(layout, text);
    if (date !== undefined) return dateStruct(date);
    if (orZero) return dateStruct(zeroDate);
    const part = /^\d+/.exec(layout)?.[0] ?? layout;
    const why = `cannot parse ${goQuote(text)} as ${goQuote(part)}`;
    throw new FunctionError(`parsing time ${goQuote(text)} as ${goQuote(layout)}: ${why}`);
  });

/** What of sprig's time functions needs no clock. */
export const timeFunctions: Readonly<Record<string, Func>> = {
  ago: unsupported('ago'),
  duration: define(['any'], ([value]) => formatDuration(secondsOf(value) * second)),
  durationRound: define(['any'], ([value]) => roundDuration(nanosecondsOf(value))),
  toDate: toDate(true),
  mustToDate: toDate(false),
  unixEpoch: define(['time.Time'], ([date]) => String(dates.get(date as Struct) ?? 0n)),
  mustDateModify: unsupported('mustDateModify'),
  must_date_modify: unsupported('must_date_modify'),
};

/** Only texts and 64-bit integers are taken, and so `duration 95` is nothing. */
function secondsOf(value: Value): bigint {
  if (typeof value === 'string') return /^[+-]?\d{1,18}$/.test(value) ? BigInt(value) : 0n;
  return value instanceof Int && value.type === 'int64' ? value.value : 0n;
}

function nanosecondsOf(value: Value): bigint {
  if (typeof value === 'string') return tryParseDuration(value) ?? 0n;
  return value instanceof Int && value.type === 'int64' ? value.value : 0n;
}

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

function tryParseDuration(text: string): bigint | undefined {
  if (text === '0') return 0n;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number = '0', unit = 's'] of text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(number) * (units[unit] ?? 0);
  return BigInt(Math.trunc(total)) * (text.startsWith('-') ? -1n : 1n);
}

/** As Go prints a duration: `1h2m3.5s`, `1.5ms`. */
function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < second) {
    const [unit, by] = size < 1000n ? ['ns', 1n] : size < 1_000_000n ? ['µs', 1000n] : ['ms', 1_000_000n];
    return sign + fraction(size, by as bigint) + String(unit);
  }
  const seconds = size / second;
  const [hours, minutes] = [seconds / 3600n, (seconds / 60n) % 60n];
  const rest = fraction(size % (60n * second), second);
  const whole = hours > 0n ? `${hours}h${minutes}m` : minutes > 0n ? `${minutes}m` : '';
  return `${sign}${whole}${rest}s`;
}

function fraction(value: bigint, by: bigint): string {
  const behind = (value % by)
    .toString()
    .padStart(by.toString().length - 1, '0')
    .replace(/0+$/, '');
  return `${value / by}${behind === '' || by === 1n ? '' : `.${behind}`}`;
}

const roundUnits: readonly (readonly [string, bigint])[] = [
  ['y', 365n * 24n * 3600n * second],
  ['mo', 30n * 24n * 3600n * second],
  ['d', 24n * 3600n * second],
  ['h', 3600n * second],
  ['m', 60n * second],
  ['s', second],
];

function roundDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fitting = roundUnits.find(([, length]) => size > length);
  return fitting === undefined ? '0s' : `${nanoseconds < 0n ? '-' : ''}${size / fitting[1]}${fitting[0]}`;
}

/** Seconds since 1970 of each date. */
const dates = new WeakMap<Struct, bigint>();

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const zeroDate: CivilDate = { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

function dateStruct(date: CivilDate): Struct {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}`;
  const text = `${day} ${two(date.hour)}:${two(date.minute)}:${two(date.second)} +0000 UTC`;
  const struct = new Struct('time.Time', { fields: [], text });
  const milliseconds = new Date(0).setUTCFullYear(date.year, date.month - 1, date.day);
  const seconds = date.hour * 3600 + date.minute * 60 + date.second;
  dates.set(struct, BigInt(Math.floor(milliseconds / 1000) + seconds));
  return struct;
}

const layoutParts: Readonly<Record<string, readonly [keyof CivilDate, string]>> = {
  '2006': ['year', '\\d{4}'],
  '01': ['month', '\\d{2}'],
  '02': ['day', '\\d{2}'],
  '15': ['hour', '\\d{2}'],
  '04': ['minute', '\\d{2}'],
  '05': ['second', '\\d{2}'],
};

/** Reads a date by a layout of numbers, in UTC. Names of months and zones are not known. */
function tryParseDate(layout: string, text: string): CivilDate | undefined {
  const names: (keyof CivilDate)[] = [];
  const pattern = layout.replace(/Z07:00|2006|01|02|15|04|05|[^A-Za-z0-9]|[A-Za-z]|\d/g, (piece) => {
    if (piece === 'Z07:00') return 'Z';
    const part = layoutParts[piece];
    if (part === undefined) return piece.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    names.push(part[0]);
    return `(${part[1]})`;
  });
  const match = new RegExp(`^${pattern}$`).exec(text);
  if (match === null) return undefined;
  const found = names.map((name, index) => [name, Number(match[index + 1])] as const);
  const date = { ...zeroDate, year: 0, ...Object.fromEntries(found) };
  const isValid = date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= daysIn(date) && date.hour < 24;
  return isValid && date.minute < 60 && date.second < 60 ? date : undefined;
}

function daysIn({ year, month }: CivilDate): number {
  return new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate();
}
