import { int64, map, object, optional, string, type Static } from './schema.ts';

/** `status.artifact` of every source. @see spec source, "Artifact object" */
export const artifactSchema = object('The archive that was made of the source, and where to get it.', {
  path: string('Path of the file relative to the root of the store.'),
  url: string('Where consumers download the file.'),
  revision: string('What the archive was made of, such as main@sha1:4a5b…: for people and for comparing.'),
  digest: string('Digest of the file as <algorithm>:<hex>.', {
    pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$',
  }),
  lastUpdateTime: string('When the file was written.', { format: 'date-time' }),
  size: optional(int64('Size of the file in bytes.')),
  metadata: optional(map('Annotations that came with the source, such as those of an OCI manifest.', string('Value.'))),
});

export type Artifact = Static<typeof artifactSchema>;
