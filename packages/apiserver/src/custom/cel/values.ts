/** A value of CEL: JSON, durations and times. */
export type CelValue = unknown;

/** Why an expression has no value. */
export class CelError extends Error {
  override readonly name = 'CelError';
}

export class Duration {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export function noSuchKey(key: string): CelError {
  return new CelError(`no such key: ${key}`);
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration of Go: `1h30m`. @throws CelError */
export function parseDuration(text: string): Duration {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return new Duration(0);
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(body))
    throw new CelError(`invalid duration ${JSON.stringify(text)}`);
  let ms = 0;
  for (const [, number, unit] of body.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    ms += Number(number) * (unitMs[unit ?? ''] ?? 0);
  return new Duration(sign * ms);
}
