/**
 * The status of a worker's reply: `undefined` when it has none, `'invalid'` when it has something that is not
 * a status.
 */
export type ReplyStatus = number | 'invalid' | undefined;

const threeDigits = /^[1-5]\d\d$/;

/**
 * Reads the header `status`: one of HTTP's, 100 to 599 (RFC 9110 section 15), as a number or as digits.
 *
 * The void type of AMQP, which a client sends for its language's null, counts as absent.
 */
export function parseReplyStatus(value: unknown): ReplyStatus {
  if (value === undefined || value === null) return undefined;
  const isStatus =
    (typeof value === 'number' || typeof value === 'string') && threeDigits.test(String(value));
  return isStatus ? Number(value) : 'invalid';
}
