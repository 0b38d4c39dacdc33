import type { DeadLetter, Headers } from '@restmapper/bus';

/** A dead letter as people and programs are shown it. */
export interface LetterView {
  readonly messageId: string;
  /** The endpoint's key. */
  readonly endpoint: string;
  /** The work queue that it comes from. */
  readonly queue: string;
  readonly reason: string;
  readonly attempts: number;
  readonly requestId: string | undefined;
  /** ISO 8601, as is `diedAt`. */
  readonly publishedAt: string;
  readonly diedAt: string | undefined;
  readonly headers: Headers;
  readonly bodyBytes: number;
  /** The envelope; cut when it is longer than asked for. Bytes that are no UTF-8 show as U+FFFD. */
  readonly body: string;
}

/** Shows a letter, with so many bytes of its body at most. */
export function viewLetter(letter: DeadLetter, maxBodyBytes = Number.POSITIVE_INFINITY): LetterView {
  const { messageId, type, queue, reason, attempts, headers, timestampMs, diedAtMs, body } = letter;
  const requestId = headers['x-request-id'];
  return {
    messageId,
    endpoint: type,
    queue,
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

/** Other programs may have written any number. */
function isoTime(epochMs: number | undefined): string | undefined {
  const time = new Date(epochMs ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
