export {
  startGitServer,
  type GitFailure,
  type GitRequest,
  type GitServer,
  type GitServerAuth,
  type GitServerOptions,
} from './git-server.ts';
