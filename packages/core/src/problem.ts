import { STATUS_CODES } from 'node:http';
import type { RequestError, Violation } from './request-error.ts';

/** The content of an error response. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProblemContext {
  readonly requestId: string;
  /** The id of the request's message, if its outcome is unknown. */
  readonly messageId?: string | undefined;
  /** The key to retry the request with, if that is not the message's id. */
  readonly idempotencyKey?: string | undefined;
}

/** Converts a request error to a problem. */
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

/** Status, headers and body of a complete error response. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The complete response for an error; a 503 allows a retry after a second. */
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
