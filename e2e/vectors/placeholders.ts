import type { JsonObject } from '@sluice/kube-schema';

/** Replaces what differs from server to server by names that number the distinct values of one case. */
export class Placeholders {
  readonly #uids = new Map<string, string>();
  readonly #revisions = new Map<string, string>();
  /** Addresses that the case itself asks for. */
  readonly #requested: string;

  constructor(input: unknown) {
    this.#requested = JSON.stringify(input);
  }

  apply(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.apply(item));
    if (typeof value === 'string') return this.#address(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([key, entry]) => [key, this.#named(key, entry) ?? this.apply(entry)]),
    );
  }

  #named(key: string, value: unknown): string | undefined {
    if (typeof value !== 'string') return undefined;
    if (key === 'uid') return numbered(this.#uids, 'uid', value);
    if (key === 'resourceVersion') return numbered(this.#revisions, 'rv', value);
    return key === 'time' || key === 'creationTimestamp' ? 'TIME' : undefined;
  }

  #address(text: string): string {
    return /^10\.96\.\d+\.\d+$/.test(text) && !this.#requested.includes(text) ? '10.96.0.100' : text;
  }
}

function numbered(known: Map<string, string>, prefix: string, value: string): string {
  const name = known.get(value) ?? `${prefix}${known.size + 1}`;
  known.set(value, name);
  return name;
}
