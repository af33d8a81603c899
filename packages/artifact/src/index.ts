export { type RetentionPolicy } from './collect.ts';
export {
  digestAlgorithms,
  digestOf,
  isDigestAlgorithm,
  parseDigest,
  verifyDigest,
  type Digest,
  type DigestAlgorithm,
} from './digest.ts';
export { ArtifactError, ArtifactNotFound, type ArtifactFailure } from './errors.ts';
export { fetchArtifact, type FetchOptions, type FetchRetry } from './fetch.ts';
export { artifactHandler, startFileServer, type FileServer, type FileServerOptions } from './file-server.ts';
export { artifactUrl, formatArtifactPath, tryParseArtifactPath, type ArtifactPath, type StoreFolder } from './path.ts';
export {
  createStore,
  type ArtifactStore,
  type OpenedArtifact,
  type PublishOptions,
  type StagedFile,
  type Verdict,
} from './store.ts';
export { sweepOrphans } from './sweep.ts';
export { type ArchiveEntry } from './tar-write.ts';
export { defaultUnpackLimits, unpackArchive, unpackFiles, type UnpackedFile, type UnpackLimits } from './unpack.ts';
export { writeArchive, type ArchiveOptions, type WrittenArchive } from './write-archive.ts';
