import { STATUS_CODES } from 'node:http';
import type { RequestError, Violation } from './request-error.ts';

/** What a failed request is answered. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProblemContext {
  readonly requestId: string;
  /** The message that the request became, when its fate is worth asking about. */
  readonly messageId?: string | undefined;
  /** What to repeat the request with, where that is not the message's id. */
  readonly idempotencyKey?: string | undefined;
}

/** The problem that a request error is. */
export function problemOf({ status, code, message, violations, headers }: RequestError): Problem {
  return { status, code, detail: message, violations, headers };
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
  { status, code, detail, violations }: Problem,
  { requestId, messageId, idempotencyKey }: ProblemContext,
): string {
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

/** Status, headers and body of a whole response that says what is wrong with a request. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The response to a request that has no more to it than its error; after a 503 the caller may try again in a second. */
export function problemResponse(error: RequestError, requestId: string): ProblemResponse {
  const { status, headers } = error;
  const body = `${formatProblem(problemOf(error), { requestId })}\n`;
  return {
    status,
    headers: {
      ...(status === 503 && { 'retry-after': '1' }),
      ...headers,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
    },
    body,
  };
}
