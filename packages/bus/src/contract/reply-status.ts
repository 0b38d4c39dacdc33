/** The status of a worker's reply: `undefined` without one, `'invalid'` for anything that is not a status. */
export type ReplyStatus = number | 'invalid' | undefined;

const threeDigits = /^[1-5]\d\d$/;

/**
 * Reads the header `status`: one of HTTP's, 100 to 599 (RFC 9110 section 15), as a number or as digits.
 *
 * AMQP's void type, which clients send for null, counts as absent.
 */
export function parseReplyStatus(value: unknown): ReplyStatus {
  if (value === undefined || value === null) return undefined;
  const isStatus =
    (typeof value === 'number' || typeof value === 'string') && threeDigits.test(String(value));
  return isStatus ? Number(value) : 'invalid';
}
