/** What one process spends on its clients. */
export interface LiveLimits {
  /** Clients at the same time; one more is answered 503. @default 10000 */
  readonly maxConnections: number;
  /** Clients of one address at the same time. @default 10000: behind a proxy all have the same */
  readonly maxConnectionsPerAddress: number;
  /** Feeds that one client may watch over one connection. @default 32 */
  readonly maxSubscriptions: number;
  /** Messages kept of each feed, for clients that are behind or come back. @default 4096 */
  readonly maxRingFrames: number;
  /**
   * Their size together, as the protocol sends them; the newest is kept whatever its size. The plain form
   * and Server-Sent Events take as much again each, while they are in use. @default 8 MiB
   */
  readonly maxRingBytes: number;
  /** Messages sent to a client that comes back; if there are more, it is told of a gap. @default 1000 */
  readonly maxReplayMessages: number;
  /** Their size together. @default 1 MiB */
  readonly maxReplayBytes: number;
  /** A client's socket is written to only while it holds less. @default 64 KiB */
  readonly maxSocketBytes: number;
  /** How long a client may be behind. @default 30000 */
  readonly maxLagMs: number;
  /**
   * How often a client is sent a heartbeat, and how long it may take to answer; and how long, at most,
   * credentials count that no longer hold. @default 25000
   */
  readonly pingIntervalMs: number;
  /** How often a client of Server-Sent Events is sent its position. @default 15000 */
  readonly eventHeartbeatMs: number;
  /** How long a client that has to say who it is may take to do so. @default 10000 */
  readonly helloTimeoutMs: number;
  /** How long clients wait for feeds that cannot be read yet; after that they are told. @default 5000 */
  readonly feedWaitMs: number;
  /** How long a client may take to answer a close. @default 2000 */
  readonly closeTimeoutMs: number;
  /** @default 4 KiB */
  readonly maxClientMessageBytes: number;
  /** @default 20 */
  readonly maxClientMessagesPerSecond: number;
}

export const defaultLimits: LiveLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 10_000,
  maxSubscriptions: 32,
  maxRingFrames: 4_096,
  maxRingBytes: 8 * 1024 * 1024,
  maxReplayMessages: 1_000,
  maxReplayBytes: 1024 * 1024,
  maxSocketBytes: 64 * 1024,
  maxLagMs: 30_000,
  pingIntervalMs: 25_000,
  eventHeartbeatMs: 15_000,
  helloTimeoutMs: 10_000,
  feedWaitMs: 5_000,
  closeTimeoutMs: 2_000,
  maxClientMessageBytes: 4 * 1024,
  maxClientMessagesPerSecond: 20,
};
