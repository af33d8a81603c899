/** How to reach one API server as one user. */
export interface Connection {
  /** `https://host:port`, without a trailing slash. */
  readonly server: string;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly skipTlsVerify?: boolean;
  /** Called for each request, since tokens are rotated. */
  readonly token?: () => string | Promise<string>;
  /** Namespace to use when none is named. */
  readonly namespace: string;
  /** Does the context itself name that namespace? */
  readonly namespaceIsSet?: boolean;
  /** Name of the kubeconfig context, for messages. */
  readonly context?: string;
}
