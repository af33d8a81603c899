const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/y;

/** Go's duration text (`1h30m`, `1.5h`, `100ms`) in milliseconds, or `undefined` when it is none. */
export function tryParseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  let ms = 0;
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    ms += Number(match[1]) * (unitMs[match[2]!] ?? 0);
  }
  return text === '' ? undefined : ms;
}

/** @param fallbackMs used when `text` is absent. @throws RangeError when it is no duration; admission refuses such text. */
export function parseDuration(text: string | undefined, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const ms = tryParseDuration(text);
  if (ms === undefined) throw new RangeError(`invalid duration '${text}': write it as 30s, 5m or 1h30m`);
  return ms;
}

/** Milliseconds in Go's canonical form: `1h0m0s`, `4m30s`, `1.5s`, `176.163666ms`, `0s`. */
export function formatDuration(ms: number): string {
  const ns = Math.round(ms * 1e6);
  if (ns === 0) return '0s';
  if (ns < 0) return `-${formatDuration(-ms)}`;
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${trimmed(ns / 1e3, 3)}µs`;
  if (ns < 1e9) return `${trimmed(ns / 1e6, 6)}ms`;
  const totalSeconds = Math.floor(ns / 1e9);
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor(totalSeconds / 60) % 60;
  const seconds = `${trimmed((totalSeconds % 60) + (ns % 1e9) / 1e9, 9)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
