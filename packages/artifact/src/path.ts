/** The folder of one object's artifacts. */
export interface StoreFolder {
  /** Lower case, such as `gitrepository`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface ArtifactPath extends StoreFolder {
  readonly file: string;
}

const kindPattern = /^[a-z]{1,63}$/;
const objectNamePattern = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const filePattern = /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,254}$/;
/** Files of ours that are no artifacts. */
const internalPattern = /\.(tmp|lock)$/;

/** `<kind>/<namespace>/<name>/<file>`, relative to the root of the store. */
export function formatArtifactPath({ kind, namespace, name, file }: ArtifactPath): string {
  return `${kind}/${namespace}/${name}/${file}`;
}

/** `undefined` for everything that is not exactly of that shape: whoever gets a path may join it to the root. */
export function tryParseArtifactPath(path: string): ArtifactPath | undefined {
  const [kind = '', namespace = '', name = '', file = '', ...more] = path.split('/');
  const isSafe =
    more.length === 0 &&
    isStoreFolder({ kind, namespace, name }) &&
    filePattern.test(file) &&
    !internalPattern.test(file);
  return isSafe ? { kind, namespace, name, file } : undefined;
}

export function isStoreFolder({ kind, namespace, name }: StoreFolder): boolean {
  return (
    [namespace, name].every((part) => objectNamePattern.test(part) && !part.includes('..')) && kindPattern.test(kind)
  );
}

/** Where consumers download the file: `http://<advertised>/<path>`, or under `advertised` itself when that has a scheme. */
export function artifactUrl(advertised: string, path: string): string {
  const base = /^https?:\/\//.test(advertised) ? advertised : `http://${advertised}`;
  return `${base.replace(/\/+$/, '')}/${path}`;
}
