// Node has source text access (ECMAScript "JSON.parse source text access"); TypeScript's library does not know it yet.
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/** Integers of more digits lose some of them as numbers. */
const manyDigits = /\d{16}/;

/**
 * Parses JSON text; integers beyond 2^53 become `bigint`.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text) as unknown;
  return JSON.parse(text, (_key: string, value: unknown, context: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return exactInteger(context.source) ?? value;
  });
}

function exactInteger(source: string | undefined): bigint | undefined {
  if (source === undefined || !/^-?\d+$/.test(source)) return undefined;
  const value = BigInt(source);
  // Beyond int64 a number is a float to Go.
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** JSON text of a value that may hold `bigint`s. */
export function writeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    // Plain stringify is several times faster and refuses a bigint with a TypeError, which hardly any object has.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? JSON.rawJSON(String(v)) : v), indent);
  }
}
