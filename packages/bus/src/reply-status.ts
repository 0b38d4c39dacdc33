/** The header by which a reply says that it was given before; only `true` does. */
export const repeatedHeader = 'idempotency-replayed';

/** Takes a worker's status for what it is only when it is one of HTTP's, 100 to 599 (RFC 9110 section 15). */
export function parseReplyStatus(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599 ? Number(value) : undefined;
}
