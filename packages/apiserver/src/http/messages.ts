import type { UserInfo } from './authenticate.ts';

/** A request after authentication, whichever way it came. */
export interface ApiRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header by lower-case name. */
  header(name: string): string | undefined;
  /** The whole body, however often it is asked for. @throws StatusError 413 beyond 3 MiB */
  readBody(): Promise<Buffer>;
  readonly user: UserInfo;
  readonly remoteHost: string;
}

/** Where the events of a watch go. */
export interface EventSink {
  /** False once the reader is too slow to be waited for: the watch must end. */
  write(text: string): boolean;
  end(): void;
  /** Drops the connection without a proper end. */
  destroy(): void;
}

export interface ApiResponse {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** For watches: takes over the connection. Returns what to call when the client has gone. */
  readonly stream?: (sink: EventSink) => () => void;
  /** What the request was about, for the log. */
  readonly about?: RequestSubject;
}

/** What a request is about; all is `''` where it is not about objects. */
export interface RequestSubject {
  /** `get`, `list`, `watch`, `create`, … */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}
