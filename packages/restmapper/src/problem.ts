import { STATUS_CODES } from 'node:http';
import type { Outcome } from './outcome.ts';

export interface ProblemContext {
  readonly requestId: string;
  /** The message that the request became, when its fate is worth asking about. */
  readonly messageId?: string | undefined;
  /** What to repeat the request with, where that is not the message's id. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * A problem body.
 *
 * ```json
 * {"type":"urn:restmapper:problem:INVALID_BODY","title":"Unprocessable Entity","status":422,
 *  "detail":"…","code":"INVALID_BODY","requestId":"…","errors":[{"pointer":"/a","detail":"must be string"}]}
 * ```
 *
 * @see RFC 9457
 */
export function formatProblem(
  outcome: Outcome,
  { requestId, messageId, idempotencyKey }: ProblemContext,
): string {
  const { status, code, detail, violations } = outcome;
  return JSON.stringify({
    type: `urn:restmapper:problem:${code}`,
    title: STATUS_CODES[status] ?? code,
    status,
    detail,
    code,
    requestId,
    messageId,
    idempotencyKey,
    errors: violations.length > 0 ? violations : undefined,
  });
}
