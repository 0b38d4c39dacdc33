/**
 * Why the server closes a connection.
 *
 * After a code below 4500 the client reconnects, a random time within `retryMs` later; from 4500 on it would
 * be refused again.
 */
export const closeReasons = {
  draining: { code: 4000, text: 'draining', retryMs: [0, 2_000] },
  slow: { code: 4001, text: 'slow', retryMs: [500, 2_000] },
  noPong: { code: 4002, text: 'no pong', retryMs: [500, 2_000] },
  tokenExpired: { code: 4003, text: 'token expired', retryMs: [0, 1_000] },
  positionLost: { code: 4004, text: 'position lost', retryMs: [0, 1_000] },
  rateLimited: { code: 4005, text: 'rate limited', retryMs: [5_000, 15_000] },
  overloaded: { code: 4006, text: 'overloaded', retryMs: [1_000, 5_000] },
  feedChanged: { code: 4007, text: 'feed changed', retryMs: [0, 1_000] },
  badMessage: { code: 4500, text: 'bad message' },
  badToken: { code: 4501, text: 'bad token' },
  forbidden: { code: 4502, text: 'forbidden' },
  notAuthenticated: { code: 4503, text: 'not authenticated in time' },
  tooManyConnections: { code: 4504, text: 'too many connections' },
  tooManySubscriptions: { code: 4505, text: 'too many subscriptions' },
  unknownVersion: { code: 4506, text: 'unknown version' },
  feedRemoved: { code: 4507, text: 'feed removed' },
} as const satisfies Record<string, CloseReason>;

export interface CloseReason {
  readonly code: number;
  readonly text: string;
  readonly retryMs?: readonly [atLeast: number, atMost: number];
}

/** A client's random delay before it reconnects; `undefined` if it must not. */
export function drawRetryMs({ retryMs }: CloseReason): number | undefined {
  if (!retryMs) return undefined;
  const [atLeast, atMost] = retryMs;
  return Math.round(atLeast + Math.random() * (atMost - atLeast));
}
