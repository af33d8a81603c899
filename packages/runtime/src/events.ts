import { toRfc3339, type KubeObject } from '@sluice/api';
import { KubeError, type KubeClient, type Resource } from '@sluice/kube';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { EventCorrelator, type Correlated, type StoredEvent } from './event-correlator.ts';
import type { Logger, ReconcileEvent } from './kind.ts';

export interface EventOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly clock: Clock;
  /** Names this process in the events, such as the host. */
  readonly instance: string;
  /** Told of each event that could not be sent. */
  readonly onDropped: () => void;
}

/** An event of a component about an object. Texts are fit to be seen by all. */
export interface EventToSend {
  readonly object: KubeObject;
  readonly component: string;
  readonly event: ReconcileEvent;
}

const eventGvk = { group: '', version: 'v1', kind: 'Event' };
const objectPrefix = 'event.toolkit.fluxcd.io/';
const maxMessageLength = 4096;
const maxWaiting = 1000;
const attempts = 4;

/**
 * Sends Kubernetes Events, one after the other beside the work: an event that cannot be sent is logged and dropped, and
 * no reconcile waits for one.
 */
export class EventRecorder {
  readonly #options: EventOptions;
  readonly #correlator = new EventCorrelator();
  readonly #waiting: EventToSend[] = [];
  readonly #stop = new AbortController();
  #sending: Promise<void> | undefined;
  #serial = 0n;

  constructor(options: EventOptions) {
    this.#options = options;
  }

  send(toSend: EventToSend): void {
    if (this.#waiting.length >= maxWaiting) {
      // Errors are worth more than news of progress.
      const dispensable = this.#waiting.findIndex(({ event }) => event.severity !== 'error');
      this.#waiting.splice(Math.max(dispensable, 0), 1);
      this.#options.onDropped();
    }
    this.#waiting.push(toSend);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** Sends what waits, for at most `limitMs`. */
  async close(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), limitMs);
    await this.#sending;
    clearTimeout(timer);
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (this.#stop.signal.aborted) return;
      try {
        await this.#sendOne(next);
      } catch (error) {
        this.#options.onDropped();
        if (!this.#stop.signal.aborted)
          this.#options.log.error({ error, reason: next.event.reason }, 'cannot send event');
      }
    }
  }

  async #sendOne({ object, component, event }: EventToSend): Promise<void> {
    const { kube, clock } = this.#options;
    const { metadata } = object;
    const { apiVersion, kind } = object;
    const { namespace = '', name, uid = '' } = metadata;
    const type = event.severity === 'error' ? 'Warning' : 'Normal';
    const message = cut(event.message);
    const identity = {
      component,
      object: [apiVersion, kind, namespace, name, uid],
      type,
      reason: event.reason,
      message,
    };
    const correlated = this.#correlator.correlate(identity, clock.elapsedMs());
    if (correlated === undefined) return this.#options.onDropped();
    const resource = await kube.resource(eventGvk, this.#stop.signal);
    if (resource === undefined) return this.#options.onDropped();
    await this.#withRetry(() => this.#store(resource, { object, component, event }, type, correlated));
  }

  async #store(resource: Resource, toSend: EventToSend, type: string, correlated: Correlated): Promise<void> {
    const { key, message, stored } = correlated;
    if (stored !== undefined && (await this.#count(resource, toSend, message, stored))) {
      this.#correlator.remember(key, { ...stored, count: stored.count + 1 });
      return;
    }
    const created = this.#build(toSend, type, message);
    try {
      await this.#options.kube.create(resource, created, {
        fieldManager: toSend.component,
        signal: this.#stop.signal,
      });
    } catch (error) {
      // In a namespace that is going nobody will read it.
      if (error instanceof KubeError && (error.code === 403 || error.code === 404)) return this.#options.onDropped();
      throw error;
    }
    this.#correlator.remember(key, { name: created.metadata.name, firstTimestamp: created.lastTimestamp, count: 1 });
  }

  /** @returns `false` when the stored event is gone */
  async #count(resource: Resource, toSend: EventToSend, message: string, stored: StoredEvent): Promise<boolean> {
    const { kube, clock } = this.#options;
    const key = { namespace: namespaceOf(toSend.object), name: stored.name };
    const patch = { count: stored.count + 1, lastTimestamp: toRfc3339(clock.now()), message };
    try {
      const options = { type: 'merge', fieldManager: toSend.component, signal: this.#stop.signal } as const;
      await kube.patch(resource, key, patch, options);
      return true;
    } catch (error) {
      if (error instanceof KubeError && error.code === 404) return false;
      throw error;
    }
  }

  #build({ object, component, event }: EventToSend, type: string, message: string) {
    const { clock, instance } = this.#options;
    const { metadata, apiVersion, kind } = object;
    const now = clock.now();
    const serial = BigInt(now.getTime()) * 1_000_000n + this.#serial++;
    const annotations = annotationsOf(object, event);
    const lastTimestamp = toRfc3339(now);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${metadata.name.slice(0, 230)}.${serial.toString(16)}`,
        namespace: namespaceOf(object),
        ...(annotations !== undefined && { annotations }),
      },
      involvedObject: {
        apiVersion,
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
        resourceVersion: metadata.resourceVersion,
      },
      type,
      reason: event.reason,
      message,
      source: { component },
      reportingComponent: component,
      reportingInstance: instance,
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      count: 1,
    };
  }

  async #withRetry(send: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        const isPermanent = error instanceof KubeError && error.code < 500 && error.code !== 429;
        if (isPermanent || attempt === attempts || this.#stop.signal.aborted) throw error;
        await delay(500 * 2 ** attempt, undefined, { signal: this.#stop.signal });
      }
    }
  }
}

/** The event's own metadata; the object's annotations meant for events go over equal keys. */
function annotationsOf(object: KubeObject, { metadata }: ReconcileEvent): Record<string, string> | undefined {
  const passedOn = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => key.startsWith(objectPrefix));
  const annotations = { ...metadata, ...Object.fromEntries(passedOn) };
  return Object.keys(annotations).length === 0 ? undefined : annotations;
}

/** Events about cluster-scoped objects lie in `default`. */
function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

function cut(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength)}… (truncated)`;
}
