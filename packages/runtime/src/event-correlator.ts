/** What makes events alike. All texts. */
export interface EventIdentity {
  readonly component: string;
  /** apiVersion, kind, namespace, name and uid of the object. */
  readonly object: readonly string[];
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** What to do with an event: store it anew, or count it on the stored one of that name. */
export interface Correlated {
  /** Names the series of equal events within this process. */
  readonly key: string;
  readonly message: string;
  readonly stored: StoredEvent | undefined;
}

export interface StoredEvent {
  readonly name: string;
  readonly firstTimestamp: string;
  readonly count: number;
}

/** More different messages than this of one reason within the interval are combined. */
const maxSimilar = 10;
const similarIntervalMs = 600_000;
/** Events of one object: so many at once, and one more each five minutes. */
const burst = 25;
const refillMs = 300_000;
const maxRemembered = 4096;

interface Similar {
  readonly messages: Set<string>;
  lastMs: number;
}

interface Bucket {
  tokens: number;
  lastMs: number;
}

/**
 * Keeps a fault that repeats from filling the cluster with events, by the rules of client-go's recorder: equal events are
 * counted on one object, many similar ones are combined, and each object has a limited rate.
 * @see k8s.io/client-go/tools/record/events_cache.go
 */
export class EventCorrelator {
  readonly #stored = new Map<string, StoredEvent>();
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();

  /** @returns `undefined` when the object has had its share of events */
  correlate(event: EventIdentity, nowMs: number): Correlated | undefined {
    const { component, object, type, reason, message } = event;
    const aggregateKey = [component, ...object, type, reason].join('\u0000');
    const isCombined = this.#isCombined(aggregateKey, message, nowMs);
    const key = isCombined ? aggregateKey : `${aggregateKey}\u0000${message}`;
    if (!this.#takeToken([component, ...object].join('\u0000'), nowMs)) return undefined;
    return {
      key,
      message: isCombined ? `(combined from similar events): ${message}` : message,
      stored: this.#stored.get(key),
    };
  }

  /** Remembers what is stored now under `key`, or with `undefined` that nothing is. */
  remember(key: string, stored: StoredEvent | undefined): void {
    this.#stored.delete(key);
    if (stored !== undefined) put(this.#stored, key, stored);
  }

  #isCombined(key: string, message: string, nowMs: number): boolean {
    const known = this.#similar.get(key);
    const isRecent = known !== undefined && nowMs - known.lastMs <= similarIntervalMs;
    const similar = isRecent ? known : { messages: new Set<string>(), lastMs: nowMs };
    similar.messages.add(message);
    similar.lastMs = nowMs;
    put(this.#similar, key, similar);
    if (similar.messages.size < maxSimilar) return false;
    similar.messages.delete(similar.messages.values().next().value!);
    return true;
  }

  #takeToken(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: burst, lastMs: nowMs };
    const tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.lastMs) / refillMs);
    const isAllowed = tokens >= 1;
    put(this.#buckets, key, { tokens: isAllowed ? tokens - 1 : tokens, lastMs: nowMs });
    return isAllowed;
  }
}

/** Sets the entry as the youngest, and forgets the oldest of too many. */
function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxRemembered) map.delete(map.keys().next().value!);
}
