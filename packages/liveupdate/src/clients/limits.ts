/** The resource limits of one process for its clients. */
export interface LiveLimits {
  /** Maximum concurrent clients; further ones are answered 503. @default 10000 */
  readonly maxConnections: number;
  /** Maximum concurrent clients per address. @default 10000: behind a proxy all share one */
  readonly maxConnectionsPerAddress: number;
  /** Maximum subscriptions per connection. @default 32 */
  readonly maxSubscriptions: number;
  /** Messages held per feed, for clients that are behind or resume. @default 4096 */
  readonly maxRingFrames: number;
  /**
   * Their total size as protocol frames; the newest is kept whatever its size. The plain form and Server-Sent
   * Events need the same again each, while in use. @default 8 MiB
   */
  readonly maxRingBytes: number;
  /** Maximum messages replayed to a resuming client; if there are more, it is told of a gap. @default 1000 */
  readonly maxReplayMessages: number;
  /** Their total size. @default 1 MiB */
  readonly maxReplayBytes: number;
  /** A client's socket is written to only while it buffers less than this. @default 64 KiB */
  readonly maxSocketBytes: number;
  /** How far a client may be behind, in milliseconds. @default 30000 */
  readonly maxLagMs: number;
  /**
   * The interval of heartbeats, and the time to answer one; also the longest time for which revoked
   * credentials are accepted. @default 25000
   */
  readonly pingIntervalMs: number;
  /** How often a client of Server-Sent Events is sent its position. @default 15000 */
  readonly eventHeartbeatMs: number;
  /** How long a client may take to authenticate. @default 10000 */
  readonly helloTimeoutMs: number;
  /** How long clients wait for feeds that cannot be read yet; after that they are refused. @default 5000 */
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
