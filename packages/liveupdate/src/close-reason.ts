/**
 * Why the server closes a connection.
 *
 * After a code below 4500 the client connects again; from 4500 on it would only be refused again.
 */
export const closeReasons = {
  draining: { code: 4000, text: 'draining' },
  slow: { code: 4001, text: 'slow' },
  noPong: { code: 4002, text: 'no pong' },
  rateLimited: { code: 4005, text: 'rate limited' },
  badMessage: { code: 4500, text: 'bad message' },
  unknownVersion: { code: 4506, text: 'unknown version' },
} as const;

export type CloseReason = (typeof closeReasons)[keyof typeof closeReasons];
