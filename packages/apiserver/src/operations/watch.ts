import { apiVersionOf, type KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { expired, forbiddenField, invalid, plainError, statusOf } from '../errors.ts';
import type { Resource } from '../registry/resource.ts';
import type { StoreEvent } from '../store/store.ts';
import { unsupportedMatch, versionProblem } from './read.ts';
import type { Selector } from './selectors.ts';

export interface WatchRequest {
  readonly namespace: string;
  readonly selector: Selector;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly sendInitialEvents: boolean | undefined;
  readonly bookmarks: boolean;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' };

/** Refuses combinations of watch options that mean nothing. @throws StatusError 422, 500 */
export function checkWatchOptions(request: WatchRequest): void {
  const { resourceVersion: version, resourceVersionMatch: match, sendInitialEvents } = request;
  const refuse = (...errors: Parameters<typeof invalid>[2][number][]) =>
    invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  const field = 'resourceVersionMatch';
  if (sendInitialEvents === undefined && match !== '') {
    throw refuse(
      forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    const needed = forbiddenField(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
    throw refuse(needed, ...(match === '' ? [] : [unsupportedMatch(match, ['NotOlderThan'])]));
  }
  if (version !== '' && !/^\d+$/.test(version)) throw plainError(versionProblem(version));
}

/**
 * Sends what the request asks for and every later change, in order.
 * @param send false when the watch must end
 * @param end called when there will be no more events from our side
 * @returns ends the watch; a bookmark may be asked for at any time
 */
export function watchObjects(
  core: Core,
  resource: Resource,
  request: WatchRequest,
  send: (event: WatchEvent) => boolean,
  end: () => void,
): { readonly stop: () => void; readonly bookmark: () => void } {
  const collection = core.store.collection(resource.storageKey);
  const { selector, namespace } = request;
  const isWanted = (object: KubeObject) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (selector.isEmpty || selector.matches(resource.strategy.read(object)));
  const asked = request.resourceVersion === '' ? 0 : Number(request.resourceVersion);
  const snapshot = request.sendInitialEvents ?? asked === 0;
  // An event of a write at or before this revision was delivered, or is part of the initial state.
  const seen = snapshot || (request.sendInitialEvents === false && asked === 0) ? core.store.revision : asked;
  const bookmark = (annotations?: Readonly<Record<string, string>>) =>
    request.bookmarks &&
    send({ type: 'BOOKMARK', object: bookmarkOf(resource, Math.max(seen, core.store.revision), annotations) });
  const deliver = (event: StoreEvent) => {
    if (event.revision <= seen) return;
    const change = transition(resource, event, isWanted);
    if (change !== undefined && !send(change)) end();
  };

  if (snapshot) {
    for (const object of collection.values()) {
      if (isWanted(object)) send({ type: 'ADDED', object: resource.strategy.read(object) });
    }
    bookmark(initialEventsEnd);
  } else {
    const missed = collection.eventsAfter(seen);
    if (missed === undefined) {
      const error = expired(`too old resource version: ${asked} (${collection.compacted})`);
      send({ type: 'ERROR', object: statusOf(error) });
      end();
      return { stop: () => {}, bookmark: () => {} };
    }
    for (const event of missed) deliver(event);
  }
  const stop = collection.listen(deliver);
  return {
    stop,
    bookmark: () => {
      if (core.store.revision >= seen) bookmark();
    },
  };
}

/** The event as a watch with this selection sees it; `undefined` when it does not. */
function transition(
  resource: Resource,
  { type, object, previous }: StoreEvent,
  isWanted: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  const before = previous !== undefined && isWanted(previous);
  if (type === 'DELETED') return before ? { type, object: resource.strategy.read(object) } : undefined;
  const after = isWanted(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: resource.strategy.read(object) };
  if (!before) return undefined;
  const { resourceVersion } = object.metadata;
  const last = { ...previous, metadata: { ...previous.metadata, resourceVersion } } as KubeObject;
  return { type: 'DELETED', object: resource.strategy.read(last) };
}

function bookmarkOf(
  resource: Resource,
  revision: number,
  annotations: Readonly<Record<string, string>> | undefined,
): KubeObject {
  const metadata = { resourceVersion: String(revision), ...(annotations === undefined ? {} : { annotations }) };
  // A bookmark is no whole object: it has no name.
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } as unknown as KubeObject;
}
