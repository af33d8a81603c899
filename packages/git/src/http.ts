import type { IncomingMessage } from 'node:http';
import * as egress from '@sluice/egress';
import { EgressError, type HttpOptions, type HttpRequest } from '@sluice/egress';
import { GitError } from './errors.ts';

/**
 * Sends one request and follows nothing.
 * @returns the response, its body unread; the caller reads or destroys it
 * @throws GitError `transport` or `timeout`
 */
export async function sendRequest(request: HttpRequest, options: HttpOptions): Promise<IncomingMessage> {
  try {
    return await egress.sendRequest(request, options);
  } catch (error) {
    throw asGitError(error);
  }
}

/**
 * The whole body.
 * @throws GitError `limit`, `transport` or `timeout`
 */
export async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  try {
    return await egress.readBody(response, maxBytes, signal);
  } catch (error) {
    throw asGitError(error);
  }
}

/** The body piece by piece, its failures as `GitError`. Leaving the loop early closes the connection. */
export async function* readChunks(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* egress.readChunks(response, signal);
  } catch (error) {
    throw asGitError(error);
  }
}

function asGitError(error: unknown): unknown {
  return error instanceof EgressError ? new GitError(error.failure, error.message, { cause: error.cause }) : error;
}
