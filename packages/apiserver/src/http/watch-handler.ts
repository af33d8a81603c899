import type { Core } from '../core.ts';
import type { KubeObject } from '@sluice/api';
import { writeJson } from '../json-text.ts';
import { parseSelector } from '../operations/selectors.ts';
import { checkWatchOptions, watchObjects, type WatchEvent } from '../operations/watch.ts';
import type { Resource } from '../registry/resource.ts';
import { partialObject } from '../represent/partial.ts';
import type { Reply } from '../represent/respond.ts';
import { tableOf } from '../represent/table.ts';
import { readSendInitialEvents } from './list-options.ts';
import type { ApiResponse, EventSink } from './messages.ts';
import { queryFlag, queryInteger } from './options.ts';
import { replyOf, type ResourceRequest } from './target.ts';

/** What a test may want to find and end: one running watch. */
export interface RunningWatch {
  readonly resource: Resource;
  readonly namespace: string;
  readonly userAgent: string;
  /** Ends the stream properly. */
  close(): void;
  /** Drops the connection. */
  destroy(): void;
  /** Keeps the connection open and sends nothing more. */
  silence(): void;
}

export interface WatchSettings {
  readonly running: Set<RunningWatch>;
  readonly bookmarkIntervalMs: number;
  readonly minLifeMs: number;
  readonly random: () => number;
  readonly eventText: (type: string, object: unknown) => string;
}

/** Starts a watch: the response is a stream of events, one JSON document per line. @throws StatusError */
export function watchHandler(core: Core, settings: WatchSettings, target: ResourceRequest): ApiResponse {
  const { request, path, resource } = target;
  const { query } = request;
  const reply = replyOf(core, target, true);
  const watch = {
    namespace: path.namespace,
    selector: parseSelector(resource, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''),
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    sendInitialEvents: readSendInitialEvents(query),
    bookmarks: queryFlag(query, 'allowWatchBookmarks'),
  };
  const timeoutSeconds = queryInteger(query, 'timeoutSeconds');
  checkWatchOptions(watch);
  const lifeMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 : settings.minLifeMs * (1 + settings.random());
  const write = eventWriter(resource, reply, settings.eventText);
  return {
    code: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
    stream: (sink) => {
      const userAgent = request.header('user-agent') ?? '';
      return runWatch({ core, settings, resource, watch, lifeMs, write, userAgent }, sink);
    },
  };
}

interface Run {
  readonly core: Core;
  readonly settings: WatchSettings;
  readonly resource: Resource;
  readonly watch: Parameters<typeof watchObjects>[2];
  readonly lifeMs: number;
  readonly write: (event: WatchEvent) => string;
  readonly userAgent: string;
}

function runWatch({ core, settings, resource, watch, lifeMs, write, userAgent }: Run, sink: EventSink): () => void {
  let silent = false;
  let stopped = false;
  let stopEvents = () => {};
  const send = (event: WatchEvent) => silent || sink.write(`${write(event)}\n`);
  const stop = () => {
    stopped = true;
    stopEvents();
    clearInterval(bookmarks);
    clearTimeout(life);
    settings.running.delete(self);
  };
  const close = () => {
    if (stopped) return;
    stop();
    sink.end();
  };
  const destroy = () => {
    stop();
    sink.destroy();
  };
  const self: RunningWatch = {
    resource,
    namespace: watch.namespace,
    userAgent,
    close,
    destroy,
    silence: () => {
      silent = true;
    },
  };
  let bookmark = () => {};
  // Clients that ask for bookmarks take a long silence for a dead connection; nothing else happens in an idle server.
  const bookmarks = watch.bookmarks ? setInterval(() => bookmark(), settings.bookmarkIntervalMs) : undefined;
  const life = setTimeout(close, lifeMs);
  settings.running.add(self);
  const started = watchObjects(core, resource, watch, send, close);
  bookmark = started.bookmark;
  stopEvents = started.stop;
  if (stopped) started.stop();
  return stop;
}

/** Writes events in the representation that was asked for. */
function eventWriter(
  resource: Resource,
  { representation, table }: Reply,
  eventText: WatchSettings['eventText'],
): (event: WatchEvent) => string {
  let isFirst = true;
  return ({ type, object }) => {
    if (type === 'ERROR' || representation.as === undefined) return eventText(type, object);
    const withColumns = isFirst;
    isFirst = false;
    return eventText(type, transform(object as KubeObject, withColumns));
  };

  function transform(object: KubeObject, withColumns: boolean): unknown {
    if (representation.as !== 'Table') return partialObject(object, representation.metaVersion);
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
    return tableOf(resource, [object], metadata, table, withColumns);
  }
}

/** Writes events as lines of text; remembers the last object's, since many watches get it at the same time. */
export function eventTextWriter(): (type: string, object: unknown) => string {
  let last: unknown;
  let text = '';
  return (type, object) => {
    if (last !== object) {
      last = object;
      text = writeJson(object);
    }
    return `{"type":"${type}","object":${text}}`;
  };
}
