import { requestError, type RequestError } from '@restmapper/core';

/** The error for a reply that is not passed on. */
export function badReply(reason: string, cause?: unknown): RequestError {
  return requestError('BAD_REPLY', {
    detail: `the worker's reply cannot be passed on: ${reason}`,
    cause,
  });
}
