import { ImageNameError, formatRef, parseImageReference, type LatestRef } from '@sluice/image-policy';

/** An ImagePolicy that an automation may use. */
export interface PolicyImage {
  readonly namespace: string;
  readonly name: string;
  /** Absent until the policy has chosen a tag. */
  readonly latestRef?: LatestRef | undefined;
}

/** What markers may refer to, by the text of the reference (`ns:policy`, `ns:policy:tag`…). */
export interface Setters {
  readonly values: ReadonlyMap<string, string>;
  /** `ns:policy` of every policy, with and without an image. */
  readonly policies: ReadonlySet<string>;
}

/** A policy whose image is no image reference: the whole update fails. */
export class ImageRefError extends Error {
  override readonly name = 'ImageRefError';
}

/** @throws ImageRefError */
export function buildSetters(policies: Iterable<PolicyImage>): Setters {
  const values = new Map<string, string>();
  const names = new Set<string>();
  for (const { namespace, name, latestRef } of policies) {
    const reference = `${namespace}:${name}`;
    names.add(reference);
    if (latestRef === undefined) continue;
    values.set(reference, checkedRef(latestRef));
    values.set(`${reference}:name`, latestRef.name);
    values.set(`${reference}:tag`, latestRef.tag);
    values.set(`${reference}:digest`, latestRef.digest ?? '');
  }
  return { values, policies: names };
}

function checkedRef(latestRef: LatestRef): string {
  const text = formatRef(latestRef);
  try {
    parseImageReference(text);
    return text;
  } catch (error) {
    if (!(error instanceof ImageNameError)) throw error;
    throw new ImageRefError(`encountered invalid image ref "${text}": ${error.message}`, { cause: error });
  }
}
