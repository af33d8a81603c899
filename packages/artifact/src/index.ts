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
export { defaultUnpackLimits, unpackArchive, type UnpackLimits } from './unpack.ts';
