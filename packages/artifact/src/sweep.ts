import type { ObjectKey } from '@sluice/api';
import type { ArtifactStore } from './store.ts';

const minAgeMs = 3_600_000;

/**
 * Removes folders of objects that no longer exist, if nothing was written there for an hour.
 * @param existing all objects of the kind, from a list that was complete
 * @returns how many were removed
 */
export async function sweepOrphans(
  store: ArtifactStore,
  kind: string,
  { existing, now }: { existing: Iterable<ObjectKey>; now: Date },
): Promise<number> {
  const known = new Set(Array.from(existing, ({ namespace, name }) => `${namespace}/${name}`));
  let count = 0;
  for (const { folder, modified } of await store.folders(kind)) {
    const isOld = now.getTime() - modified.getTime() > minAgeMs;
    if (known.has(`${folder.namespace}/${folder.name}`) || !isOld) continue;
    await store.removeFolder(folder);
    count++;
  }
  return count;
}
