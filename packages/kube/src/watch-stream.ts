import { StringDecoder } from 'node:string_decoder';
import type { KubeObject } from '@sluice/api';
import { KubeError, type WatchEvent } from './client.ts';
import { statusError } from './status.ts';

const maxLineLength = 64 * 1024 * 1024;

/** Events of a watch response: one JSON document a line. @throws KubeError for an ERROR event, such as 410 */
export async function* readWatch<T extends KubeObject>(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent<T>> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.write(chunk);
    if (rest.length > maxLineLength)
      throw new KubeError(0, '', `a watch event is longer than ${maxLineLength} characters`);
    let start = 0;
    for (let end = rest.indexOf('\n', start); end >= 0; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, end);
      start = end + 1;
      if (line !== '') yield parseEvent<T>(line);
    }
    if (start > 0) rest = rest.slice(start);
  }
}

function parseEvent<T extends KubeObject>(line: string): WatchEvent<T> {
  const event = JSON.parse(line) as { type: string; object: T };
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: event.type, object: event.object };
    case 'BOOKMARK':
      return { type: 'BOOKMARK', resourceVersion: event.object.metadata.resourceVersion ?? '' };
    default:
      throw statusError(500, event.object);
  }
}
