/** The steps of a JSON pointer (RFC 6901); `undefined` when it is none. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (!pointer.startsWith('/')) return undefined;
  const steps = pointer.slice(1).split('/');
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What lies there; `undefined` when nothing does. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[step];
  }
  return found;
}

/** A copy without what the pointers name; the rest is shared. Pointers to nothing are no error. */
export function removePointers(value: unknown, pointers: readonly string[]): unknown {
  const steps = pointers.map(parsePointer).filter((path) => path !== undefined);
  // From the last list item to the first, or removing one would move those after it.
  const lastFirst = steps.toSorted((a, b) => -comparePaths(a, b));
  return lastFirst.reduce((rest, path) => removeAt(rest, path), value);
}

/** A copy with `next` there; `value` itself when the parent does not exist. */
export function replaceAt(value: unknown, [step, ...rest]: readonly string[], next: unknown): unknown {
  if (step === undefined) return next;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const index = indexOf(value, step);
    return index === undefined ? value : value.with(index, replaceAt(value[index], rest, next));
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (rest.length > 0 && fields[step] === undefined) return value;
  return { ...fields, [step]: replaceAt(fields[step], rest, next) };
}

export function removeAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const index = indexOf(value, step);
    if (index === undefined) return value;
    return rest.length === 0 ? value.toSpliced(index, 1) : value.with(index, removeAt(value[index], rest));
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (!Object.hasOwn(fields, step)) return value;
  if (rest.length > 0) return { ...fields, [step]: removeAt(fields[step], rest) };
  const { [step]: _, ...others } = fields;
  return others;
}

function indexOf(list: readonly unknown[], step: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(step) && Number(step) < list.length ? Number(step) : undefined;
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i]!, b[i]!];
    const order = left.localeCompare(right, 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
