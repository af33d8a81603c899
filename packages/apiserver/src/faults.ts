import { StatusError } from './errors.ts';
import type { ApiResponse, RequestSubject } from './http/messages.ts';
import { respondError } from './represent/respond.ts';

/** What happens to a request instead of, or beside, its being served. */
export type FaultAction =
  /** Answered with this code; 429 and 503 carry `Retry-After`. The request has no effect. */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number }
  /** Carried out, and then answered with 504. */
  | { readonly kind: 'timeoutAfter' }
  /** The connection is dropped, before or after the request is carried out. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Served, but later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Served with half of the body. */
  | { readonly kind: 'truncate' };

export interface Fault {
  readonly match: (request: RequestSubject & { readonly userAgent: string }) => boolean;
  /** How many requests fail; default all. */
  readonly times?: number;
  readonly action: FaultAction;
}

const reasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The faults of a server, in the order in which they were added. */
export class FaultList {
  readonly #faults = new Set<{ readonly fault: Fault; left: number }>();

  /** @returns removes the fault */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Infinity };
    this.#faults.add(entry);
    return () => void this.#faults.delete(entry);
  }

  /** The first fault that wants this request, which counts. */
  take(subject: RequestSubject & { readonly userAgent: string }): FaultAction | undefined {
    for (const entry of this.#faults) {
      if (!entry.fault.match(subject)) continue;
      entry.left -= 1;
      if (entry.left <= 0) this.#faults.delete(entry);
      return entry.fault.action;
    }
    return undefined;
  }
}

/** Serves a request as the fault has it. */
export async function serveFaulty(
  action: FaultAction,
  serve: () => Promise<ApiResponse>,
): Promise<ApiResponse | 'reset'> {
  switch (action.kind) {
    case 'status':
      return refusal(action.code, action.retryAfterSeconds);
    case 'timeoutAfter':
      await serve();
      return refusal(504, undefined);
    case 'reset':
      if (action.when === 'after') await serve();
      return 'reset';
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, action.ms));
      return await serve();
    case 'truncate': {
      const response = await serve();
      return { ...response, body: (response.body ?? '').slice(0, (response.body ?? '').length / 2) };
    }
  }
}

function refusal(code: number, retryAfterSeconds: number | undefined): ApiResponse {
  const seconds = retryAfterSeconds ?? (code === 429 || code === 503 ? 1 : undefined);
  const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  return respondError(new StatusError(code, reasons[code] ?? '', 'injected fault', details));
}
