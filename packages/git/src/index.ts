export { createEgressPolicy, type EgressPolicy, type Proxy, type Tls as GitTls } from '@sluice/egress';
export { type GitAuth } from './auth.ts';
export { openCheckout, type Checkout, type CheckoutLimits } from './checkout.ts';
export {
  createGit,
  type FetchedPacks,
  type GitAccess,
  type GitClient,
  type GitOptions,
  type RemoteRepository,
} from './client.ts';
export { GitError, type GitFailure } from './errors.ts';
export { type Commit, type SignedObject } from './pack/commit.ts';
export { defaultPackLimits, type PackLimits } from './pack/pack.ts';
export { defaultTreeLimits, type TreeEntry, type TreeEntryType, type TreeLimits } from './pack/tree.ts';
export { resolvePinned, type Reference, type Resolved } from './resolve.ts';
export { parseGitmodules, resolveSubmoduleUrl, type Submodule } from './submodules.ts';
export { SignatureError } from './signature/error.ts';
export { verifySignature } from './signature/verify.ts';
export { parseRepositoryUrl, withoutCredentials, type RepositoryUrl } from './url.ts';
