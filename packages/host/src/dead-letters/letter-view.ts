import type { DeadLetter, Headers } from '@restmapper/bus';

/** A dead letter for display, to people and programs. */
export interface LetterView {
  readonly messageId: string;
  /** The endpoint's key. */
  readonly endpoint: string;
  /** The work queue that it comes from, or the one for messages that no queue takes. */
  readonly queue: string;
  /** The routing key that it was published with; `''` without one. */
  readonly routingKey: string;
  readonly reason: string;
  readonly attempts: number;
  readonly requestId: string | undefined;
  /** ISO 8601, like `diedAt`. */
  readonly publishedAt: string;
  readonly diedAt: string | undefined;
  readonly headers: Headers;
  readonly bodyBytes: number;
  /** The envelope; truncated to the requested size. Invalid UTF-8 shows as U+FFFD. */
  readonly body: string;
}

/** Converts a dead letter for display, with its body truncated to a number of bytes. */
export function viewLetter(letter: DeadLetter, maxBodyBytes = Number.POSITIVE_INFINITY): LetterView {
  const { messageId, type, queue, routingKey, reason, attempts, headers, timestampMs, diedAtMs, body } =
    letter;
  const requestId = headers['x-request-id'];
  return {
    messageId,
    endpoint: type,
    queue,
    routingKey,
    reason,
    attempts,
    requestId: requestId === undefined ? undefined : String(requestId),
    publishedAt: isoTime(timestampMs) ?? '',
    diedAt: isoTime(diedAtMs),
    headers,
    bodyBytes: body.length,
    body: body.subarray(0, maxBodyBytes).toString(),
  };
}

/** The number is untrusted. */
function isoTime(epochMs: number | undefined): string | undefined {
  const time = new Date(epochMs ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
