import type { Log } from '@restmapper/core';
import type { ServedRequest } from './metrics.ts';
import type { RequestState } from '../answer/request-state.ts';

/**
 * Writes one line about an answered request.
 *
 * | status | level |
 * |---|---|
 * | 2xx, 3xx | debug |
 * | 4xx | info, with code and reason |
 * | 5xx | warn, with code and reason |
 * | internal error | error, with its stack |
 */
export function logRequest(
  log: Log,
  served: ServedRequest,
  { requestId, address, identity, failure }: RequestState,
): void {
  const fields = { requestId, address, ...served, subject: identity?.subject, scheme: identity?.scheme };
  if (!failure) {
    log.debug(fields, 'answered');
    return;
  }
  const { problem, error } = failure;
  if (problem.code === 'INTERNAL') {
    log.error({ ...fields, code: problem.code, err: error }, 'failed');
    return;
  }
  const reason = reasonOf(error);
  if (problem.status < 500) log.info({ ...fields, code: problem.code, reason }, 'refused');
  else log.warn({ ...fields, code: problem.code, reason }, 'failed');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
