/** `status.latestRef` of an ImagePolicy: the chosen image. */
export interface LatestRef {
  /** As written in the ImageRepository, not the canonical name. */
  readonly name: string;
  readonly tag: string;
  /** Never an empty text. */
  readonly digest?: string;
}

/** The status of an ImagePolicy as far as it tells what was chosen. */
export interface ChosenRefs {
  readonly latestRef?: LatestRef | undefined;
  readonly observedPreviousRef?: LatestRef | undefined;
}

export type DigestReflection = 'Always' | 'IfNotPresent' | 'Never';

/** Whether the digest has to be asked for, or which one the new reference gets without asking. */
export type DigestSource = { readonly fetch: true } | { readonly fetch: false; readonly digest: string | undefined };

/** @see image §4.7 */
export function digestSource(
  reflection: DigestReflection,
  next: { readonly name: string; readonly tag: string },
  current: LatestRef | undefined,
): DigestSource {
  if (reflection === 'Never') return { fetch: false, digest: undefined };
  if (reflection === 'Always') return { fetch: true };
  const isSame = current?.name === next.name && current.tag === next.tag;
  if (!isSame || current.digest === undefined || current.digest === '') return { fetch: true };
  return { fetch: false, digest: current.digest };
}

/** The status after `next` was chosen: what was there before moves to `observedPreviousRef` only when they differ. */
export function chosenRefs({ latestRef, observedPreviousRef }: ChosenRefs, next: LatestRef): ChosenRefs {
  if (latestRef !== undefined && isSameRef(latestRef, next)) return { latestRef, observedPreviousRef };
  return { latestRef: next, observedPreviousRef: latestRef };
}

export function isSameRef(a: LatestRef, b: LatestRef): boolean {
  return a.name === b.name && a.tag === b.tag && (a.digest ?? '') === (b.digest ?? '');
}

/** `name:tag`, or `name:tag@digest`. */
export function formatRef({ name, tag, digest = '' }: LatestRef): string {
  return digest === '' ? `${name}:${tag}` : `${name}:${tag}@${digest}`;
}

/** The message of a Ready policy. */
export function resolvedMessage(latest: LatestRef, previous: LatestRef | undefined): string {
  const { name, tag, digest = '' } = latest;
  const withDigest = digest === '' ? '' : ` with digest ${digest}`;
  const before = previous === undefined || isSameRef(previous, latest) ? '' : ` (previously ${formatRef(previous)})`;
  return `Latest image tag for ${name} resolved to ${tag}${withDigest}${before}`;
}
